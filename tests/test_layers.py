"""The arrows of pyproject.toml: wrong imports, planted in a copy of the sources, are all found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_SOURCES = ("constructs", "local_aws/src", "recordio/src")
_FOLDERS = (*_SOURCES, "endpoint_tests", "examples", "training")

#: Module and module imported; each breaks one contract at least.
WRONG = (
    ("mlops.serving.client", "mlops.gate.gate_file"),
    ("mlops.constructs.role", "mlops.stacks.base"),
    ("mlops.toolchain.errors", "mlops.constructs.role"),
    ("mlops.plans.change", "mlops.ledger.store"),
    ("mlops.train.table", "mlops.gate.metrics"),
    ("mlops.builds", "mlops.constructs.role"),
    ("mlops.spec.release", "mlops.profile"),
    ("mlops.spec.names", "boto3"),
    ("mlops.profile.columns", "cdktf"),
    ("mlops.gate.charts", "cdktf"),
    ("mlops.stacks.init", "boto3"),
    ("mlops.doctor.finding", "local_aws.hooks"),
    ("mlops.train.jobs", "training.iris.train"),
    ("local_aws.hooks", "mlops.spec"),
    ("recordio.varint", "local_aws.hooks"),
    ("endpoint_tests.iris.protocol", "cdktf"),
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of all wrong imports at once."""
    root = _copy(tmp_path_factory.mktemp("wrong"))
    for importer, imported in WRONG:
        _plant(root, importer, imported)
    return _lint(root)


def test_the_sources_keep_every_contract(tmp_path: Path) -> None:
    assert " 0 broken" in _lint(_copy(tmp_path))


@pytest.mark.parametrize(("importer", "imported"), WRONG)
def test_a_wrong_import_is_found(found: str, importer: str, imported: str) -> None:
    assert re.search(rf"{re.escape(importer)} ->\s+{re.escape(imported)}\b", found)


def test_a_circle_between_modules_of_one_package_is_found(tmp_path: Path) -> None:
    root = _copy(tmp_path)
    _plant(root, "mlops.spec.endpoint", "mlops.spec.settings")
    assert "in a circle, nor do modules of one BROKEN" in _lint(root)


def test_a_package_without_a_place_among_the_layers_is_found(tmp_path: Path) -> None:
    root = _copy(tmp_path)
    new = root / "constructs/mlops/unplaced/__init__.py"
    new.parent.mkdir()
    new.touch()
    assert re.search(r"not listed as layers.*unplaced", _lint(root), re.DOTALL)


def _copy(root: Path) -> Path:
    for folder in _FOLDERS:
        sources = shutil.ignore_patterns("data", "__pycache__", "tree")
        shutil.copytree(ROOT / folder, root / folder, ignore=sources)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def _plant(root: Path, importer: str, imported: str) -> None:
    stem = importer.replace(".", "/")
    candidates = [
        root / base / name for base in (".", *_SOURCES) for name in (f"{stem}.py", f"{stem}/__init__.py")
    ]
    file = next(path for path in candidates if path.is_file())
    with file.open("a", encoding="utf-8") as out:
        out.write(f"\nimport {imported}\n")


def _lint(root: Path) -> str:
    """import-linter's words, on the sources under ``root`` and not on those that are installed."""
    path = os.pathsep.join(str(root / source) for source in (*_SOURCES, "."))
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    ran = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return ran.stdout + ran.stderr
