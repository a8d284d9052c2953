"""Names of new examples that are refused: told what is allowed, and nothing is left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mlops.spec import InvalidInputError
from mlops.template.example import SnapshotError, create

ROOT = Path(__file__).parents[2]
BAD = [
    "",
    "c",
    "Churn",
    "9lives",
    "my-model",
    "my_model",
    "../churn",
    "class",
    "a" * 21,
    "{{ name }}",
    "churn\n",
]


def left(root: Path) -> list[Path]:
    return sorted(path.relative_to(root) for path in root.rglob("*"))


@pytest.mark.parametrize("name", BAD)
def test_what_no_folder_or_resource_can_be_called_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        create(tmp_path, name)
    [problem] = refused.value.problems
    assert str(problem).startswith(f"new: NAME: given {name or 'nothing'}; allowed: 2 to 20 characters")
    assert left(tmp_path) == []


def test_everything_that_is_in_the_way_is_told_and_stays(tmp_path: Path) -> None:
    (tmp_path / "examples/churn").mkdir(parents=True)
    (tmp_path / "training").mkdir()
    (tmp_path / "training/churn.py").write_text("# of all examples")
    before = left(tmp_path)
    with pytest.raises(InvalidInputError) as refused:
        create(tmp_path, "churn")
    told = [problem.given for problem in refused.value.problems]
    assert told == ["churn, but examples/churn exists", "churn, but training/churn.py exists"]
    assert left(tmp_path) == before


def test_where_the_stacks_cannot_be_made_nothing_is_left(tmp_path: Path) -> None:
    shared = tmp_path / "tests/snapshots/github-actions.json"
    shared.parent.mkdir(parents=True)
    shared.write_text("{}")
    before = left(tmp_path)
    with pytest.raises(SnapshotError, match=r"test_stacks\.py"):
        create(tmp_path, "churn")
    assert left(tmp_path) == before
    assert shared.read_text() == "{}"


def test_the_command_tells_it_without_a_traceback() -> None:
    command = [sys.executable, "-m", "mlops", "new", "iris"]
    environment = {"PYTHONPATH": ".:constructs"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "new: NAME: given iris, but examples/iris exists; allowed: a name of which" in done.stderr
    assert "Traceback" not in done.stderr
