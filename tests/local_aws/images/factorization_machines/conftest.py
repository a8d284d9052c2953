"""Ratings drawn from a known low-rank model, and a container's folders."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from recordio import Records, encode

USERS, ITEMS, RANK = 120, 80, 3


@dataclass(frozen=True)
class Ratings:
    """Rows of one user and one item each; ``dim`` features."""

    train: Records
    test: Records
    dim: int


def ratings(*, classifier: bool, rows: int = 12_000) -> Ratings:
    """Labels that depend on user and item together: neither alone tells anything."""
    random = np.random.default_rng(5)
    users, items = random.normal(size=(USERS, RANK)), random.normal(size=(ITEMS, RANK))
    chosen = np.stack([random.integers(USERS, size=rows), random.integers(ITEMS, size=rows)], axis=1)
    affinity = np.einsum("ij,ij->i", users[chosen[:, 0]], items[chosen[:, 1]])
    labels = (
        random.random(rows) < expit(2 * affinity) if classifier else affinity + random.normal(0, 0.1, rows)
    )
    dim = USERS + ITEMS
    keys = (chosen + np.array([0, USERS])).astype(np.int32)
    every = Records.of_rows(keys, labels=labels.astype(np.float32), dim=dim)
    return Ratings(every.rows(0, rows * 3 // 4), every.rows(rows * 3 // 4, rows), dim)


Container = Callable[..., Path]


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Container:
    """Make ``/opt/ml`` with hyperparameters and the files of channels."""

    def make(hyperparameters: dict[str, Any], **channels: dict[str, bytes]) -> Path:
        config = tmp_path / "input/config"
        config.mkdir(parents=True)
        texts = {name: str(value) for name, value in hyperparameters.items()}
        (config / "hyperparameters.json").write_text(json.dumps(texts))
        for channel, files in channels.items():
            for name, content in files.items():
                path = tmp_path / "input/data" / channel / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(tmp_path))
        return tmp_path

    return make


def shards(records: Records, count: int) -> dict[str, bytes]:
    """The rows as so many recordIO files."""
    step = -(-len(records) // count)
    return {
        f"part-{number}.pbr": encode(records.rows(number * step, min((number + 1) * step, len(records))))
        for number in range(count)
    }
