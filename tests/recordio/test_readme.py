"""The README, which is the page on PyPI: its code runs as it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks

CODE = dict(zip(("sparse", "dense"), blocks(ROOT / "recordio/README.md", "python"), strict=True))


@pytest.mark.parametrize(
    ("rows", "shown"), [("sparse", "2 [1. 0.]\n2\n"), ("dense", "[[1. 2. 3.]\n [4. 5. 6.]]\n")]
)
def test_its_code_runs_as_it_stands(rows: str, shown: str, tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", CODE[rows]], cwd=tmp_path, capture_output=True, text=True)
    assert (run.stdout, run.stderr) == (shown, "")
