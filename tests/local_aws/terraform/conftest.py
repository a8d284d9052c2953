"""Configurations ready to be applied to the local AWS, with the real AWS provider."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from local_aws.server import LocalAws
from mlops.toolchain import terraform_environment
from tests.local_aws.terraform.command import Terraform

CONFIGURATIONS = Path(__file__).parent


@pytest.fixture
def terraform(aws: LocalAws, tmp_path: Path) -> Callable[[str], Terraform]:
    """``terraform("name")``: the configuration of that name here, copied and initialised."""

    def initialised(name: str) -> Terraform:
        folder = tmp_path / name
        shutil.copytree(CONFIGURATIONS / name, folder)
        command = Terraform(folder, {**terraform_environment(), **aws.runtime.environment()})
        code, output = command.run("init", "-input=false")
        assert code == 0, output
        return command

    return initialised
