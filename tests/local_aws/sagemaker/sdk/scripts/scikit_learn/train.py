"""A user's script for the scikit-learn image: the nearest centroid."""

import argparse
import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.neighbors import NearestCentroid


def model_fn(folder: str) -> Any:
    return joblib.load(Path(folder, "model.joblib"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--metric", required=True, choices=["euclidean", "manhattan"])
    given = parser.parse_args()
    rows = np.loadtxt(Path(os.environ["SM_CHANNEL_TRAIN"], "rows.csv"), delimiter=",")
    model = NearestCentroid(metric=given.metric).fit(rows[:, :-1], rows[:, -1])
    print(f"accuracy={model.score(rows[:, :-1], rows[:, -1])};")
    joblib.dump(model, Path(os.environ["SM_MODEL_DIR"], "model.joblib"))


if __name__ == "__main__":
    main()
