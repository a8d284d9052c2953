"""Train the network: what runs in AWS's TensorFlow image, and on the local AWS, by SageMaker's toolkit.

It can be run by hand as well, with folders that hold flowers.csv:
``python train.py --train DIR --test DIR --model-dir DIR --output-data-dir DIR``.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# Where TensorFlow Serving looks: export/Servo/<version>.
_EXPORT = "export/Servo/1"


def main() -> None:
    """Train, measure, draw the curves and export."""
    given = _arguments()
    # The same weights and the same order of rows each time, and the same sums in each operation.
    keras.utils.set_random_seed(given.seed)
    tf.config.experimental.enable_op_determinism()
    train, test = _flowers(given.train), _flowers(given.test)
    model = _network(train[0], given.learning_rate, given.l2)
    history = model.fit(
        *train,
        validation_data=test,
        epochs=given.epochs,
        batch_size=given.batch_size,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=_tell)],
    ).history
    _draw(history, given.output_data_dir / "training_curves.png")
    model.export(given.model_dir / _EXPORT, verbose=False)


def _arguments() -> argparse.Namespace:
    """https://github.com/aws/sagemaker-training-toolkit/blob/master/ENVIRONMENT_VARIABLES.md"""
    environment = os.environ
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--batch_size", type=int, default=8)
    parser.add_argument("--learning_rate", type=float, default=0.005)
    parser.add_argument("--l2", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=0)
    for option, variable in {
        "--train": "SM_CHANNEL_TRAIN",
        "--test": "SM_CHANNEL_TEST",
        "--model-dir": "SM_MODEL_DIR",
        "--output-data-dir": "SM_OUTPUT_DATA_DIR",
    }.items():
        preset = environment.get(variable)
        parser.add_argument(option, type=Path, default=preset and Path(preset), required=preset is None)
    return parser.parse_args()


def _flowers(folder: Path) -> tuple[Any, Any]:
    """Measures, shape (rows, 4), and labels, shape (rows,)."""
    table = np.loadtxt(folder / "flowers.csv", delimiter=",", skiprows=1)
    return table[:, :-1].astype("float32"), table[:, -1].astype("int64")


def _network(measures: Any, learning_rate: float, l2: float) -> Any:
    """4-10-20-10-3; it scales its input itself, so that the endpoint takes centimetres."""
    scaling = keras.layers.Normalization()
    scaling.adapt(measures)

    def dense(units: int, activation: str) -> Any:
        return keras.layers.Dense(units, activation, kernel_regularizer=keras.regularizers.L2(l2))

    hidden = [dense(units, "relu") for units in (10, 20, 10)]
    model = keras.Sequential([keras.Input(shape=(4,)), scaling, *hidden, dense(3, "softmax")])
    # The loss that is minimized holds the weights' penalty as well.
    log_loss = keras.metrics.SparseCategoricalCrossentropy(name="log_loss")
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy", log_loss])
    return model


def _tell(epoch: int, logs: dict[str, float]) -> None:
    """The line that SageMaker reads the job's metrics from."""
    print(
        f"epoch {epoch + 1}: train_log_loss={logs['log_loss']:.4f} train_accuracy={logs['accuracy']:.4f}"
        f" test_log_loss={logs['val_log_loss']:.4f} test_accuracy={logs['val_accuracy']:.4f}",
        flush=True,
    )


def _draw(history: dict[str, list[float]], path: Path) -> None:
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axis, metric in zip(axes, ("log_loss", "accuracy"), strict=True):
        epochs = range(1, len(history[metric]) + 1)
        axis.plot(epochs, history[metric], label="training")
        axis.plot(epochs, history[f"val_{metric}"], label="held out")
        axis.set(xlabel="epoch", ylabel=metric.replace("_", "-"))
        axis.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


if __name__ == "__main__":
    main()
