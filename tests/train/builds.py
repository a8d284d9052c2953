"""Builds of an example's shipped settings, made faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlops.spec import Settings
from mlops.train.build import Build

MakeBuild = Callable[..., Build]


def builds_of(settings: Settings, **faster: Any) -> MakeBuild:
    """Makes a build with these hyperparameters, and with what else differs in ``[training]``."""

    def make(execution_id: str = "e5ec0710-0000-4000-8000-000000000000", **training: Any) -> Build:
        shipped = settings.example.training
        hyperparameters = {**shipped.hyperparameters, **faster}
        changed = shipped.model_copy(update={"hyperparameters": hyperparameters, **training})
        example = settings.example.model_copy(update={"training": changed})
        return Build(settings.model_copy(update={"example": example}), execution_id, "c0ffee" + "0" * 34)

    return make
