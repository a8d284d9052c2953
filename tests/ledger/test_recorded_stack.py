"""A recorded stack, and the names that it gives way to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlops.ledger.recorded_stack import RecordedStack
from mlops.ledger.rollback import terraform_variables
from mlops.ledger.store import Ledger
from mlops.spec import InvalidInputError
from tests.ledger.entries import planned

MODEL, KEY = "mlops-movielens-prod-0123456789ab", "r-1/model/job/output/model.tar.gz"
STACK = {
    "resource": {
        "aws_s3_object_copy": {"copy": {"bucket": "there", "key": KEY, "source": f"home/{KEY}"}},
        "aws_sagemaker_model": {
            "model": {"name": MODEL, "primary_container": {"model_data_url": f"s3://there/{KEY}"}}
        },
    }
}


@pytest.fixture
def stack(ledger: Ledger, tmp_path: Path) -> RecordedStack:
    files = {"plan.txt": b"plan", "cdk.tf.json": json.dumps(STACK).encode(), ".terraform.lock.hcl": b"lock"}
    return RecordedStack(ledger, ledger.record(planned("r-1", 0), files), tmp_path / "stack")


def resources(stack: RecordedStack) -> Any:
    return json.loads(stack.files["cdk.tf.json"])["resource"]


def test_what_was_recorded_is_what_is_deployed(stack: RecordedStack) -> None:
    stack.avoid(set())
    assert resources(stack) == STACK["resource"]
    assert stack.files[".terraform.lock.hcl"] == b"lock"
    assert set(stack.files) == {"cdk.tf.json", ".terraform.lock.hcl"}
    assert stack.model == MODEL


def test_a_name_that_is_still_to_be_destroyed_is_given_way_to_as_often_as_it_takes(
    stack: RecordedStack,
) -> None:
    taken = {("aws_sagemaker_model", MODEL)}
    stack.avoid(taken)
    again = stack.model
    assert again != MODEL
    assert again.startswith("mlops-movielens-prod-")
    assert len(again) == len(MODEL)
    stack.avoid({*taken, ("aws_sagemaker_model", again)})
    assert stack.model not in (MODEL, again)


def test_a_copied_model_gets_a_place_of_its_own_and_is_served_from_there(stack: RecordedStack) -> None:
    stack.avoid({("aws_sagemaker_model", MODEL), ("aws_s3_object_copy", KEY)})
    found = resources(stack)
    key = found["aws_s3_object_copy"]["copy"]["key"]
    assert key != KEY
    assert (key.startswith("r-1/model/job/output/"), key.endswith("/model.tar.gz")) == (True, True)
    assert found["aws_s3_object_copy"]["copy"]["source"] == f"home/{KEY}"
    container = found["aws_sagemaker_model"]["model"]["primary_container"]
    assert container["model_data_url"] == f"s3://there/{key}"


def test_an_entry_without_a_stack_is_refused_with_a_remedy(ledger: Ledger, tmp_path: Path) -> None:
    entry = ledger.record(planned("r-1", 0), {"plan.txt": b"plan"})
    with pytest.raises(InvalidInputError, match=r"allowed: a plan with its cdk\.tf\.json"):
        RecordedStack(ledger, entry, tmp_path / "stack")


def test_a_stack_that_version_0_1_recorded_gets_the_role_by_the_name_it_has_there() -> None:
    role = "arn:aws:iam::210987654321:role/prod-deploy"
    variables = terraform_variables({"TF_VAR_assume_role_arn": role, "HOME": "/home/ann"})
    assert variables["TF_VAR_visited_role_arn"] == variables["TF_VAR_assume_role_arn"] == role
    assert terraform_variables({"HOME": "/home/ann"}) == {"HOME": "/home/ann"}
