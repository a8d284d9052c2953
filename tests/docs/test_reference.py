"""``make reference`` writes pages that have every public name."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import mlops.constructs
import mlops.spec
import mlops.stacks

ROOT = Path(__file__).parents[2]
PUBLIC = (mlops.constructs, mlops.spec, mlops.stacks)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference")
    subprocess.run(["make", "reference", f"REFERENCE={folder}"], cwd=ROOT, check=True, timeout=300)
    return folder


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_the_page_of_a_module_has_all_that_it_exports(pages: Path, module: object) -> None:
    name, exported = module.__name__, module.__all__  # type: ignore[attr-defined]
    page = (pages / name.replace(".", "/")).with_suffix(".html").read_text(encoding="utf-8")
    assert [each for each in exported if f'id="{each}"' not in page] == []


def test_a_page_tells_what_a_construct_raises(pages: Path) -> None:
    page = (pages / "mlops" / "constructs.html").read_text(encoding="utf-8")
    assert "with every value that cannot be one" in page
