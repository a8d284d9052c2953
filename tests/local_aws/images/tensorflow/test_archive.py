"""The layouts of model.tar.gz that hold a SavedModel."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.images.tensorflow.archive import ModelFileError, find


def put(folder: Path, *paths: str) -> Path:
    for path in paths:
        file = folder / "model" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return folder / "model"


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["export/Servo/1/saved_model.pb"], {"Servo": "export/Servo/1"}),
        (["1/saved_model.pb"], {"model": "1"}),
        (["Servo/9/saved_model.pb", "Servo/00010/saved_model.pb"], {"Servo": "Servo/00010"}),
        (["a/1/saved_model.pb", "b/2/saved_model.pb"], {"a": "a/1", "b": "b/2"}),
    ],
    ids=["of the estimator", "a version alone", "the newest version", "several models"],
)
def test_what_is_served(tmp_path: Path, paths: list[str], expected: dict[str, str]) -> None:
    folder = put(tmp_path, *paths)
    assert find(folder) == {name: folder / path for name, path in expected.items()}


@pytest.mark.parametrize(
    ("paths", "listed"),
    [
        (["saved_model.pb", "model.keras"], "model.keras, saved_model.pb"),
        (["export/latest/saved_model.pb"], "latest"),
    ],
    ids=["without a version", "a version that is no number"],
)
def test_another_layout_is_listed(tmp_path: Path, paths: list[str], listed: str) -> None:
    with pytest.raises(ModelFileError, match=f"it holds: .*{listed}"):
        find(put(tmp_path, *paths))


def test_an_empty_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="it holds: nothing"):
        find(tmp_path)
