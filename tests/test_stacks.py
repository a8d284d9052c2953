"""Each stack against its snapshot, and what all stacks have in common.

``pytest tests/test_stacks.py --snapshot-update`` writes ``tests/snapshots/<stack>.json`` anew: read its diff.
Identifiers are part of a snapshot, since Terraform replaces a resource whose identifier changes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from mlops.spec import example_names
from mlops.testing.normalise import normalised
from tests.project import PROJECT

ROOT = Path(__file__).parents[1]
PARTS = ("init", "pipeline", "qa", "prod")
STACKS = (
    "bootstrap",
    "github-actions",
    *(f"{example}-{part}" for example in example_names(PROJECT) for part in PARTS),
)
# Those that differ where QA and PROD have accounts of their own: tests/fixtures/accounts.toml.
IN_ACCOUNTS = tuple(f"accounts-{stack}" for stack in ("bootstrap", "movielens-prod", "movielens-prod-access"))


@pytest.fixture
def terraform(request: pytest.FixtureRequest) -> Any:
    stack = request.param.removeprefix("accounts-")
    folder = request.getfixturevalue("stacks_folder" if stack == request.param else "accounts_folder")
    return json.loads((folder / stack / "cdk.tf.json").read_text())


def test_there_are_no_other_stacks(stacks_folder: Path) -> None:
    assert {folder.name for folder in stacks_folder.iterdir()} == set(STACKS)


@pytest.mark.filterwarnings("ignore:.*Can not relate snapshot:UserWarning")
@pytest.mark.parametrize("terraform", [*STACKS, *IN_ACCOUNTS], indirect=True)
def test_a_stack_is_as_in_its_snapshot(terraform: Any, stack_snapshot: SnapshotAssertion) -> None:
    assert normalised(terraform) == stack_snapshot


@pytest.mark.parametrize("terraform", [*STACKS, *IN_ACCOUNTS], indirect=True)
def test_a_stack_refers_to_no_other_and_to_no_folder_of_this_machine(terraform: Any) -> None:
    text = json.dumps(normalised(terraform))
    assert "terraform_remote_state" not in text
    assert str(ROOT) not in text


@pytest.mark.parametrize("terraform", STACKS, indirect=True)
def test_a_stack_is_held_to_its_account_and_a_range_of_providers(terraform: Any) -> None:
    assert terraform["provider"]["aws"][0]["allowed_account_ids"] == ["123456789012"]
    assert terraform["terraform"]["required_providers"]["aws"]["version"] == ">= 5.100.0, < 7.0.0"
