"""Synth: the repository's main.py with the release, and what it must have written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops.builds.synth import synthesize
from mlops.spec import InvalidInputError
from mlops.spec.problems import FailedError

WRITES = """
import os, helper
for stack in helper.STACKS:
    folder = os.path.join(os.environ["CDKTF_OUTDIR"], "stacks", stack)
    os.makedirs(folder)
    with open(os.path.join(folder, "cdk.tf.json"), "w") as file:
        file.write(os.environ["MLOPS_RELEASE"])
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "MLOPS_EXAMPLE": "movielens",
        "CODEBUILD_SRC_DIR_TrainOutput": str(tmp_path / "trained"),
        "PYTHONSAFEPATH": "1",
    }


def repository(root: Path, *stacks: str) -> Path:
    (root / "main.py").write_text(WRITES)
    (root / "helper.py").write_text(f"STACKS = {stacks!r}\n")
    return root


def test_main_py_finds_its_neighbours_and_the_release_and_the_lock_goes_to_both_environments(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    root = repository(tmp_path, "movielens-qa", "movielens-prod")
    (root / ".terraform.lock.hcl").write_text("pinned")
    assert synthesize(root, environ) == 0
    for stack in ("movielens-qa", "movielens-prod"):
        folder = root / "cdktf.out" / "stacks" / stack
        assert (folder / "cdk.tf.json").read_text() == str(tmp_path / "trained" / "release.json")
        assert (folder / ".terraform.lock.hcl").read_text() == "pinned"


def test_a_main_py_that_makes_no_stack_of_an_environment_is_reported(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    with pytest.raises(FailedError, match=r"movielens-prod/cdk.tf.json. Does main.py make the stack"):
        synthesize(repository(tmp_path, "movielens-qa"), environ)


def test_the_exit_code_of_main_py_is_the_steps(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "main.py").write_text("raise SystemExit(2)")
    assert synthesize(tmp_path, environ) == 2


def test_every_missing_variable_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"(?s)MLOPS_EXAMPLE.*CODEBUILD_SRC_DIR_TrainOutput"):
        synthesize(tmp_path, {})
