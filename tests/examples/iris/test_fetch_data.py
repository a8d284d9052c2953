"""Fetching the flowers: from scikit-learn's own copy, once, without a network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def fetch(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "examples.iris.fetch_data", "--path", str(path)]
    return subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)


def test_the_flowers_are_written_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "iris.csv"
    first, second = fetch(path), fetch(path)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "nothing to do" in second.stderr
    lines = path.read_text().splitlines()
    assert len(lines) == 151
    assert lines[:2] == [
        "sepal_length,sepal_width,petal_length,petal_width,species",
        "5.1,3.5,1.4,0.2,setosa",
    ]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    done = fetch(tmp_path / "data" / "iris.csv")
    assert done.returncode == 1
    assert "Choose another --path" in done.stderr
    assert "Traceback" not in done.stderr
