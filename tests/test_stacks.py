"""Each stack against its snapshot, and what all stacks have in common.

``pytest tests/test_stacks.py --snapshot-update`` writes ``tests/snapshots/<stack>.json`` anew: read its diff.
Identifiers are part of a snapshot, since Terraform replaces a resource whose identifier changes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from mlops.spec import example_names

ROOT = Path(__file__).parents[1]
STACKS = (
    "bootstrap",
    "github-actions",
    *(f"{example}-{part}" for example in example_names(ROOT) for part in ("init", "pipeline", "qa", "prod")),
)
# Those that differ where QA and PROD have accounts of their own: tests/fixtures/accounts.toml.
IN_ACCOUNTS = tuple(f"accounts-{stack}" for stack in ("bootstrap", "movielens-prod", "movielens-prod-access"))
# Relative to the output folder, which differs from run to run.
_DATA = re.compile(r"\$\{path\.module\}/[^\"]*?/examples/")


class _OneFileForEachStack(JSONSnapshotExtension):
    """``tests/snapshots/<stack>.json``."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(Path(test_location.filepath).parent / "snapshots")

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:  # noqa: ARG003
        return re.sub(r".*\[(.*)\]", r"\1", test_location.snapshot_name)


@pytest.fixture
def terraform(request: pytest.FixtureRequest) -> Any:
    stack = request.param.removeprefix("accounts-")
    folder = request.getfixturevalue("stacks_folder" if stack == request.param else "accounts_folder")
    return json.loads((folder / stack / "cdk.tf.json").read_text())


def normalised(value: Any) -> Any:
    """Without cdktf's comments, which repeat the identifiers, and without this run's folder; each statement
    of a policy on a line of its own, and texts of many lines left to their files."""
    if isinstance(value, dict):
        if "actions" in value and "effect" in value:
            return sentence(value)
        return {key: normalised(item) for key, item in value.items() if key != "//"}
    if isinstance(value, list):
        return [normalised(item) for item in value]
    if isinstance(value, str):
        return "(inline)" if "\n" in value else _DATA.sub("${path.module}/../../../examples/", value)
    return value


def sentence(statement: Any) -> str:
    """``Allow Read: s3:GetObject on arn:… for Service … if StringEquals …``."""
    parts = [f"{statement['effect']} {statement['sid']}: {' '.join(statement['actions'])}"]
    parts += [f"on {' '.join(statement['resources'])}"] if "resources" in statement else []
    parts += [f"for {who['type']} {' '.join(who['identifiers'])}" for who in statement.get("principals", ())]
    parts += [
        f"if {condition['test']} {condition['variable']} {' '.join(condition['values'])}"
        for condition in statement.get("condition", ())
    ]
    return " ".join(parts)


def test_there_are_no_other_stacks(stacks_folder: Path) -> None:
    assert {folder.name for folder in stacks_folder.iterdir()} == set(STACKS)


@pytest.mark.filterwarnings("ignore:.*Can not relate snapshot:UserWarning")
@pytest.mark.parametrize("terraform", [*STACKS, *IN_ACCOUNTS], indirect=True)
def test_a_stack_is_as_in_its_snapshot(terraform: Any, snapshot: SnapshotAssertion) -> None:
    assert normalised(terraform) == snapshot.use_extension(_OneFileForEachStack)


@pytest.mark.parametrize("terraform", [*STACKS, *IN_ACCOUNTS], indirect=True)
def test_a_stack_refers_to_no_other_and_to_no_folder_of_this_machine(terraform: Any) -> None:
    text = json.dumps(normalised(terraform))
    assert "terraform_remote_state" not in text
    assert str(ROOT) not in text


@pytest.mark.parametrize("terraform", STACKS, indirect=True)
def test_a_stack_is_held_to_its_account_and_a_range_of_providers(terraform: Any) -> None:
    assert terraform["provider"]["aws"][0]["allowed_account_ids"] == ["123456789012"]
    assert terraform["terraform"]["required_providers"]["aws"]["version"] == ">= 5.100.0, < 7.0.0"
