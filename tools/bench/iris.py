"""Judge hyperparameters of the iris network by cross-validation on the training rows alone.

    python -m tools.bench.iris [--change l2=0] [--held-out]

The network of ``training/iris/script``, many at a time in NumPy: hundreds are trained in seconds, where Keras
takes minutes. ``--held-out`` trains on all training rows instead, and counts what each network gets right of
the held-out flowers: to report, not to choose by.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from examples.iris.fetch_data import flowers
from mlops.spec import load_settings
from mlops.train.table import read_table, split
from training.iris.flowers import DATA

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_FOLDS = 5
_LAYERS = (4, 10, 20, 10, 3)
# Keras's Adam: https://keras.io/api/optimizers/adam/
_FIRST_MOMENT, _SECOND_MOMENT, _EPSILON = 0.9, 0.999, 1e-7


def main(
    change: Annotated[list[str], typer.Option(help="NAME=VALUE of a hyperparameter")] = [],  # noqa: B006
    networks: Annotated[int, typer.Option(help="how many, a multiple of 5")] = 100,
    held_out: Annotated[bool, typer.Option(help="report on the held-out flowers")] = False,
) -> None:
    """Train with the example's hyperparameters, but for the changes, and report."""
    shipped = load_settings(Path(__file__).parents[2], "iris").example.training.hyperparameters
    given = {name: float(value) for name, value in shipped.items()}
    given |= {name: float(value) for name, value in (item.split("=") for item in change)}
    rows = read_table(flowers().write_csv().encode(), DATA.key, DATA.table)
    train, test = split(rows, DATA.key, DATA.table, share=DATA.share, fewest=DATA.fewest)
    everything = np.concatenate([train.to_numpy(), test.to_numpy()])
    measures, labels = everything[:, :-1].astype(np.float32), everything[:, -1].astype(np.int64)
    if held_out:
        chosen = np.tile(np.arange(train.height), (networks, 1))
        judged = np.tile(np.arange(train.height, rows.height), (networks, 1))
    else:
        chosen, judged = _folds(labels[: train.height], networks // _FOLDS)
    scores = _train(measures[chosen], labels[chosen], measures[judged], given)
    right = scores.argmax(-1) == labels[judged]
    given_score = np.take_along_axis(scores, labels[judged][..., None], axis=-1)
    print(" ".join(f"{name}={value:g}" for name, value in given.items()))
    print(f"{networks} networks: accuracy {right.mean():.3f}, log-loss {-np.log(given_score).mean():.3f}")
    if held_out:
        for count, seeds in sorted(Counter(right.sum(1).tolist()).items(), reverse=True):
            print(f"{count} of {test.height} right: {seeds} networks")


def _folds(labels: Integers, repeats: int) -> tuple[Integers, Integers]:
    """Rows to train on and rows to judge on, shapes (networks, rows)."""
    pairs = [
        pair
        for seed in range(repeats)
        for pair in StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(labels, labels)
    ]
    return np.array([chosen for chosen, _ in pairs]), np.array([left for _, left in pairs])


def _train(measures: Floats, labels: Integers, judged: Floats, given: dict[str, float]) -> Any:
    """The probabilities of the classes, shape (networks, judged rows, 3), after the last epoch."""
    rng = np.random.default_rng(int(given["seed"]))
    networks, rows, _ = measures.shape
    mean, deviation = measures.mean(1, keepdims=True), measures.std(1, keepdims=True)
    scaled, wanted = (measures - mean) / deviation, np.eye(_LAYERS[-1])[labels]
    weights = [
        rng.uniform(-1, 1, (networks, fan_in, fan_out)) * np.sqrt(6 / (fan_in + fan_out))
        for fan_in, fan_out in pairwise(_LAYERS)
    ]
    weights += [np.zeros((networks, 1, fan_out)) for fan_out in _LAYERS[1:]]
    moments = [(np.zeros_like(one), np.zeros_like(one)) for one in weights]
    every, size, step = np.arange(networks)[:, None], int(given["batch_size"]), 0
    for _ in range(int(given["epochs"])):
        order = rng.random((networks, rows)).argsort(1)
        for start in range(0, rows, size):
            batch = order[:, start : start + size]
            gradients = _gradients(weights, scaled[every, batch], wanted[every, batch], given["l2"])
            step += 1
            for number, gradient in enumerate(gradients):
                first, second = moments[number]
                first = _FIRST_MOMENT * first + (1 - _FIRST_MOMENT) * gradient
                second = _SECOND_MOMENT * second + (1 - _SECOND_MOMENT) * gradient**2
                moments[number] = first, second
                size_of_step = np.sqrt(second / (1 - _SECOND_MOMENT**step)) + _EPSILON
                weights[number] -= given["learning_rate"] * first / (1 - _FIRST_MOMENT**step) / size_of_step
    return _activations(weights, (judged - mean) / deviation)[-1]


def _activations(weights: list[Any], rows: Any) -> list[Any]:
    """The input, what each hidden layer makes of it, and the probabilities."""
    depth, found = len(_LAYERS) - 1, [rows]
    for layer in range(depth):
        sums = found[-1] @ weights[layer] + weights[depth + layer]
        found.append(np.maximum(sums, 0) if layer < depth - 1 else sums)
    odds = np.exp(found[-1] - found[-1].max(-1, keepdims=True))
    return [*found[:-1], odds / odds.sum(-1, keepdims=True)]


def _gradients(weights: list[Any], rows: Any, wanted: Any, l2: float) -> list[Any]:
    """Of the mean cross-entropy, and of ``l2`` times the sum of the squared weights, biases left out."""
    depth = len(_LAYERS) - 1
    found = _activations(weights, rows)
    error = (found[-1] - wanted) / rows.shape[1]
    of_weights: list[Any] = []
    of_biases: list[Any] = []
    for layer in reversed(range(depth)):
        of_weights.insert(0, found[layer].transpose(0, 2, 1) @ error + 2 * l2 * weights[layer])
        of_biases.insert(0, error.sum(1, keepdims=True))
        error = (error @ weights[layer].transpose(0, 2, 1)) * (found[layer] > 0)
    return [*of_weights, *of_biases]


if __name__ == "__main__":
    typer.run(main)
