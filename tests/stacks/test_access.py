"""QA and PROD in accounts of their own: what each account allows, and what the pipeline's builds do there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cdktf import App

from mlops.spec import Names
from mlops.stacks.access import AccessStack
from tests.project import settings_of

ROOT = Path(__file__).parents[2]
QA = Names("mlops", "movielens", "222222222222", "eu-west-1")
PROD = Names("mlops", "movielens", "333333333333", "eu-central-1")
MODELS = "mlops-movielens-models-123456789012-eu-west-1"

Stack = Callable[[str], Any]


@pytest.fixture(scope="module")
def stack(accounts_folder: Path) -> Stack:
    return lambda name: json.loads((accounts_folder / name / "cdk.tf.json").read_text())


def resources(terraform: Any, kind: str) -> list[Any]:
    return list(terraform["resource"].get(kind, {}).values())


def statements(terraform: Any, part: str) -> list[Any]:
    """The statements of the one policy document whose name starts with ``part``."""
    documents = terraform["data"]["aws_iam_policy_document"]
    (name,) = [name for name in documents if name.startswith(part)]
    return list(documents[name]["statement"])


def variables(terraform: Any, project: str) -> dict[str, str]:
    (found,) = [block for block in resources(terraform, "aws_codebuild_project") if block["name"] == project]
    return {item["name"]: item["value"] for item in found["environment"]["environment_variable"]}


def test_only_an_environment_that_is_away_has_an_access_stack(
    stacks_folder: Path, accounts_folder: Path
) -> None:
    assert not list(stacks_folder.glob("*-access"))
    assert {path.name for path in accounts_folder.glob("*-access")} == {
        "movielens-qa-access",
        "movielens-prod-access",
    }
    with pytest.raises(ValueError, match="qa is in the pipeline's own account"):
        AccessStack(App(), "qa", settings_of("movielens"), ())


@pytest.mark.parametrize(
    ("name", "account", "region"),
    [
        ("movielens-pipeline", "123456789012", "eu-west-1"),
        ("movielens-qa-access", "222222222222", "eu-west-1"),
        ("movielens-qa", "222222222222", "eu-west-1"),
        ("movielens-prod-access", "333333333333", "eu-central-1"),
        ("movielens-prod", "333333333333", "eu-central-1"),
    ],
)
def test_a_stack_is_held_to_its_account_and_region_and_its_state_stays_at_home(
    stack: Stack, name: str, account: str, region: str
) -> None:
    terraform = stack(name)
    (provider,) = terraform["provider"]["aws"]
    assert (provider["allowed_account_ids"], provider["region"]) == ([account], region)
    backend = terraform["terraform"]["backend"]["s3"]
    assert backend["bucket"] == "mlops-terraform-state-123456789012-eu-west-1"
    assert (backend["key"], backend["region"]) == (f"{name}/terraform.tfstate", "eu-west-1")


@pytest.mark.parametrize("name", ["movielens-qa", "movielens-prod"])
def test_an_endpoint_stack_takes_on_a_role_that_its_plan_does_not_hold(stack: Stack, name: str) -> None:
    terraform = stack(name)
    (provider,) = terraform["provider"]["aws"]
    assert provider["assume_role"] == [{"role_arn": "${var.assume_role_arn}", "session_name": name}]
    assert terraform["variable"]["assume_role_arn"]["ephemeral"] is True
    assert "default" not in terraform["variable"]["assume_role_arn"]


@pytest.mark.parametrize(("environment", "there"), [("qa", QA), ("prod", PROD)])
@pytest.mark.parametrize("part", ["plan", "deploy", "test"])
def test_a_build_takes_on_the_role_that_trusts_it_and_the_way_back_alone(
    stack: Stack, environment: str, there: Names, part: str
) -> None:
    step = f"{environment}-{part}"
    primary = Names("mlops", "movielens", "123456789012", "eu-west-1")
    (trust,) = statements(stack(f"movielens-{environment}-access"), f"{step}_trust")
    restores = (environment, part) in {("prod", "deploy"), ("prod", "test")}
    also = [primary.role_arn("prod-restore")] if restores else []
    assert trust["principals"] == [{"type": "AWS", "identifiers": [primary.role_arn(step), *also]}]
    told = variables(stack("movielens-pipeline"), primary.build(step))
    name = "ENDPOINT_ROLE_ARN" if part == "test" else "TF_VAR_assume_role_arn"
    assert told[name] == there.role_arn(step)


def test_the_gate_of_qa_is_told_where_the_champion_is(stack: Stack) -> None:
    primary = Names("mlops", "movielens", "123456789012", "eu-west-1")
    told = variables(stack("movielens-pipeline"), primary.build("qa-test"))
    assert told["CHAMPION_ENDPOINT"] == PROD.endpoint("prod")
    assert told["CHAMPION_ROLE_ARN"] == PROD.role_arn("prod-champion")
    (trust,) = statements(stack("movielens-prod-access"), "prod-champion_trust")
    assert trust["principals"] == [{"type": "AWS", "identifiers": [primary.role_arn("qa-test")]}]
    assert told["CHAMPION_REGION"] == PROD.region
    assert "CHAMPION_ENDPOINT" not in variables(stack("movielens-pipeline"), primary.build("prod-test"))


@pytest.mark.parametrize("part", ["deploy", "test"])
def test_the_way_back_is_told_the_roles_that_it_takes_on_there(stack: Stack, part: str) -> None:
    primary = Names("mlops", "movielens", "123456789012", "eu-west-1")
    pipeline = stack("movielens-pipeline")
    told = variables(pipeline, primary.build(f"prod-{part}"))
    roles = [PROD.role_arn(f"prod-{each}") for each in ("deploy", "test")]
    assert [told["TF_VAR_assume_role_arn"], told["ENDPOINT_ROLE_ARN"]] == roles
    granted = [s for s in statements(pipeline, "prod-restore_document") if s["actions"] == ["sts:AssumeRole"]]
    assert [statement["resources"] for statement in granted] == [[role] for role in roles]


def test_planning_changes_nothing_there(stack: Stack) -> None:
    actions = {
        a for s in statements(stack("movielens-prod-access"), "prod-plan_document") for a in s["actions"]
    }
    verbs = {action.partition(":")[2] for action in actions} - {"Decrypt"}
    assert all(verb.startswith(("Describe", "Get", "List")) for verb in verbs)


def test_the_gate_may_ask_the_endpoint_and_nothing_else_there(stack: Stack) -> None:
    allowed = [
        (action, statement["resources"])
        for statement in statements(stack("movielens-prod-access"), "prod-test_document")
        for action in statement["actions"]
    ]
    endpoint = [PROD.arn("sagemaker", "endpoint/mlops-movielens-prod")]
    configs = [PROD.arn("sagemaker", "endpoint-config/mlops-movielens-prod-*")]
    assert allowed == [
        ("sagemaker:DescribeEndpoint", endpoint),
        ("sagemaker:InvokeEndpoint", endpoint),
        ("sagemaker:DescribeEndpointConfig", configs),
    ]


def test_no_right_of_one_environment_reaches_into_the_other(stack: Stack) -> None:
    for environment, other in (("qa", "333333333333"), ("prod", "222222222222")):
        assert other not in json.dumps(stack(f"movielens-{environment}-access"))
        assert other not in json.dumps(stack(f"movielens-{environment}"))


def test_models_are_copied_to_where_the_endpoint_is_and_served_from_there(stack: Stack) -> None:
    terraform = stack("movielens-prod")
    (copy,) = resources(terraform, "aws_s3_object_copy")
    (model,) = resources(terraform, "aws_sagemaker_model")
    own = "mlops-movielens-prod-models-333333333333-eu-central-1"
    key = copy["key"]
    assert (copy["source"], copy["bucket"]) == (f"{MODELS}/{key}", own)
    container = model["primary_container"]
    assert container["model_data_url"] == f"s3://{own}/{key}"
    assert ".ecr.eu-central-1." in container["image"]
    assert model["execution_role_arn"].startswith("arn:aws:iam::333333333333:role/")
    assert model["depends_on"] == [
        f"aws_s3_object_copy.{name}" for name in terraform["resource"]["aws_s3_object_copy"]
    ]


@pytest.mark.parametrize(("environment", "there"), [("qa", QA), ("prod", PROD)])
def test_models_may_be_read_from_elsewhere_by_the_deployment_alone(
    stack: Stack, environment: str, there: Names
) -> None:
    shared = [
        statement
        for part in ("models_policy-document", "models_key_policy")
        for statement in statements(stack("movielens-pipeline"), part)
        if statement["principals"][0]["identifiers"] == [f"arn:aws:iam::{there.account_id}:root"]
    ]
    assert [statement["actions"] for statement in shared] == [["s3:GetObject"], ["kms:Decrypt"]]
    for statement in shared:
        held = {item["variable"]: item["values"] for item in statement["condition"]}
        assert held["aws:PrincipalArn"] == [there.role_arn(f"{environment}-deploy")]
    assert shared[0]["resources"] == [f"arn:aws:s3:::{MODELS}/*/model/*"]


def test_the_states_of_access_stacks_may_be_kept_from_their_accounts(stack: Stack) -> None:
    shared = {
        (statement["principals"][0]["identifiers"][0], action): statement["resources"]
        for statement in statements(stack("bootstrap"), "state_policy-document")
        if statement["effect"] == "Allow"
        for action in statement["actions"]
    }
    bucket = "arn:aws:s3:::mlops-terraform-state-123456789012-eu-west-1"
    state = f"{bucket}/*-prod-access/terraform.tfstate"
    account = "arn:aws:iam::333333333333:root"
    assert shared[account, "s3:PutObject"] == [state, f"{state}.tflock"]
    assert shared[account, "s3:ListBucket"] == [bucket]
    assert len(shared) == 8


def test_the_pipelines_account_hosts_nothing_where_both_environments_are_away(stack: Stack) -> None:
    names = {role["name"] for role in resources(stack("movielens-pipeline"), "aws_iam_role")}
    assert not {name for name in names if "endpoint-execution" in name}
