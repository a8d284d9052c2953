"""The archive of the library that builds install."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from mlops.builds.library import LibraryArchive, archive, library_archive


def names(made: LibraryArchive) -> list[str]:
    with zipfile.ZipFile(BytesIO(made.body)) as file:
        return file.namelist()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "mlops"
    for name in ("__init__.py", "builds/plan.py", "builds/plan.yml", "py.typed"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# {name}\n")
    return folder


def test_the_same_files_are_the_same_bytes_whatever_their_times_modes_and_bytecode(package: Path) -> None:
    before = archive(package, "1.2.3")
    os.utime(package / "__init__.py", (0, 0))
    (package / "builds/plan.py").chmod(0o600)
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"bytecode")
    (package / ".mypy_cache").mkdir()
    (package / ".mypy_cache" / "x.json").write_text("{}")
    after = archive(package, "1.2.3")
    assert after.body == before.body
    assert after.sha256 == hashlib.sha256(after.body).hexdigest()
    assert names(after) == [
        "mlops/__init__.py",
        "mlops/builds/plan.py",
        "mlops/builds/plan.yml",
        "mlops/py.typed",
        "sagemaker_mlops_cdktf-1.2.3.dist-info/METADATA",
    ]


def test_any_change_and_any_version_is_another_digest(package: Path) -> None:
    before = archive(package, "1.2.3")
    assert archive(package, "1.2.4").sha256 != before.sha256
    (package / "builds/plan.yml").write_text("version: 0.2\n")
    assert archive(package, "1.2.3").sha256 != before.sha256


def test_unpacked_it_comes_before_an_installed_library_and_makes_itself_again(tmp_path: Path) -> None:
    made = library_archive()
    with zipfile.ZipFile(BytesIO(made.body)) as file:
        file.extractall(tmp_path)
    code = (
        "import mlops; from mlops.builds.library import library_archive as made;"
        "print(mlops.__file__, made().name, made().sha256)"
    )
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == [str(tmp_path / "mlops/__init__.py"), made.name, made.sha256]


def test_it_holds_what_each_frozen_build_installs() -> None:
    held = names(library_archive())
    assert {f"mlops/builds/locks/{name}.txt" for name in ("synth", "release", "monitor")} <= set(held)
    assert not [name for name in held if name.endswith(".pyc")]
