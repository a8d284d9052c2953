"""Stacks: the account they are for, the provider, and the state, locked and encrypted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cdktf import App, Testing

from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec import Settings
from mlops.stacks.base import ExampleStack, state_of
from mlops.stacks.bootstrap import BootstrapStack
from tests.project import settings_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings() -> Settings:
    return settings_of("movielens")


def synthesized(stack: Any) -> Any:
    return json.loads(Testing.synth(stack))


def test_a_stack_is_for_one_account_and_takes_a_range_of_providers(settings: Settings) -> None:
    terraform = synthesized(ExampleStack(App(), "init", settings))
    [provider] = terraform["provider"]["aws"]
    assert (provider["region"], provider["allowed_account_ids"]) == ("eu-west-1", ["123456789012"])
    assert provider["default_tags"][0]["tags"]["stack"] == "movielens-init"
    assert terraform["terraform"]["required_providers"]["aws"]["version"] == ">= 5.100.0, < 7.0.0"


def test_state_is_encrypted_and_locked_by_a_file_beside_it(settings: Settings) -> None:
    backend = synthesized(ExampleStack(App(), "init", settings))["terraform"]["backend"]["s3"]
    assert backend == {
        "bucket": settings.names.state_bucket,
        "key": "movielens-init/terraform.tfstate",
        "region": "eu-west-1",
        "encrypt": True,
        "kms_key_id": settings.names.bucket_key_arn(settings.names.state_bucket),
        "use_lockfile": True,
    }


@pytest.mark.parametrize("applies", [False, True], ids=["plan", "apply"])
def test_a_build_may_touch_the_state_of_its_stack_only(settings: Settings, synth: Any, applies: bool) -> None:
    def build(stack: Any) -> None:
        config = ServiceRoleConfig(
            name="deploy", service="codebuild.amazonaws.com", account_id="123456789012", description="Deploys"
        )
        role, state = ServiceRole(stack, "role", config), state_of(settings, "qa")
        (state.grant_apply if applies else state.grant_plan)(role)

    allowed = synth(build).allowed("deploy")
    state = f"arn:aws:s3:::{settings.names.state_bucket}/movielens-qa/terraform.tfstate"
    lock = f"{state}.tflock"
    assert allowed["s3:GetObject"] == [state, lock]
    assert allowed["s3:PutObject"] == ([state, lock] if applies else [lock])
    assert allowed["s3:DeleteObject"] == [lock]


def test_the_state_bucket_starts_with_a_local_state_and_cannot_be_destroyed(settings: Settings) -> None:
    terraform = synthesized(BootstrapStack(App(), settings))
    assert terraform["terraform"]["backend"] == {"local": {"path": "../../../terraform.bootstrap.tfstate"}}
    [bucket] = terraform["resource"]["aws_s3_bucket"].values()
    assert bucket["bucket"] == settings.names.state_bucket
    assert bucket["lifecycle"] == {"prevent_destroy": True}


def test_the_state_of_the_state_bucket_moves_into_it_on_demand(settings: Settings) -> None:
    aws = settings.project.aws.model_copy(update={"state_bucket_exists": True})
    project = settings.project.model_copy(update={"aws": aws})
    moved = settings.model_copy(update={"project": project})
    backend = synthesized(BootstrapStack(App(), moved))["terraform"]["backend"]["s3"]
    assert (backend["bucket"], backend["key"]) == (settings.names.state_bucket, "bootstrap/terraform.tfstate")
