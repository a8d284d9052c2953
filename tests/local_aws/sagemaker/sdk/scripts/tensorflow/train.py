"""A user's script for the TensorFlow image: y is the sum of the features by the training data's sums."""

import argparse
import os
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

SIGNATURE = [tf.TensorSpec([None, 2], tf.float32, name="x")]


class Weighted(tf.Module):  # type: ignore[misc]
    def __init__(self, weights: Any) -> None:
        self.weights = tf.Variable(weights)

    @tf.function(input_signature=SIGNATURE)  # type: ignore[untyped-decorator]
    def weigh(self, x: Any) -> Any:
        return {"y": tf.reduce_sum(x * self.weights, axis=1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float)
    parser.add_argument("--model_dir", help="where the SDK wants checkpoints, in S3")
    given = parser.parse_args()
    path = Path(os.environ["SM_CHANNEL_TRAIN"], "rows.csv")
    rows = np.loadtxt(path, delimiter=",", dtype="float32")
    model = Weighted(given.scale * rows[:, :-1].sum(axis=0))
    signatures = {"serving_default": model.weigh}
    tf.saved_model.save(model, os.environ["SM_MODEL_DIR"] + "/1", signatures)


main()
