"""Where TensorFlow Serving finds SavedModels in a model's archive."""

from __future__ import annotations

import re
from pathlib import Path


class ModelFileError(Exception):
    """No SavedModel where TensorFlow Serving would find one."""


def find(folder: Path) -> dict[str, Path]:
    """The newest version of each model below a folder, by the model's name.

    A version is a folder whose name is a number and which holds ``saved_model.pb``.

    Raises:
        ModelFileError: there is none; the message lists what is there.
    """
    versions: dict[Path, int] = {}
    for path in sorted(folder.rglob("saved_model.pb")):
        if re.fullmatch(r"\d+", path.parent.name):
            model = path.parent.parent
            versions[model] = max(versions.get(model, 0), int(path.parent.name))
    if not versions:
        files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        raise ModelFileError(
            "no SavedModel bundles found! TensorFlow Serving wants <name>/<version number>/saved_model.pb "
            "in model.tar.gz, such as export/Servo/1/saved_model.pb; it holds: "
            f"{', '.join(files) or 'nothing'}"
        )
    return {model.name: model / _named(model, version) for model, version in versions.items()}


def _named(model: Path, version: int) -> str:
    return next(path.name for path in model.iterdir() if path.name.isdigit() and int(path.name) == version)
