"""checkov on what is synthesized and on what Terraform plans: nothing fails but what has a reason."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local_aws.server import LocalAws
from mlops.toolchain import terraform_environment

ROOT = Path(__file__).parents[2]
# In a virtualenv of its own, since it pins an old boto3; the lock stands beside this file.
CHECKOV = ROOT / ".venv" / "tools" / "checkov" / "bin" / "checkov"
SKIPS = tomllib.loads((Path(__file__).parent / "checkov_skips.toml").read_text())


@dataclass(frozen=True)
class Findings:
    """What a framework of checkov says: failed checks with the resources that fail, stacks it looked at."""

    failed: dict[str, list[str]]
    stacks: set[str]


@pytest.fixture(scope="module")
def others(accounts_folder: Path, options_folder: Path) -> dict[str, Path]:
    """By name, what is only in several accounts or with options of endpoints, and is not planned here."""
    return {
        f"{kind}-{stack.name}": stack
        for kind, folder in (("accounts", accounts_folder), ("options", options_folder))
        for stack in folder.iterdir()
        if stack.name.endswith(("-access", "-pipeline", "-qa", "-prod"))
    }


@pytest.fixture(scope="module")
def findings(
    stacks_folder: Path, others: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Findings]:
    """By framework: ``terraform_json`` on every stack, ``terraform_plan`` on their plans, in one run."""
    assert CHECKOV.exists(), "checkov is not installed. Run: make checkov"
    # As deep as where they were written: the data files' paths are relative.
    folder = tmp_path_factory.mktemp("checkov") / "stacks"
    folder.mkdir()
    for name, stack in others.items():
        shutil.copytree(stack, folder / name)
    with LocalAws(tmp_path_factory.mktemp("aws")) as aws:
        environment = {**terraform_environment(), **aws.runtime.environment()}
        for stack in sorted(stacks_folder.iterdir()):
            shutil.copytree(stack, folder / stack.name)
            if plannable(stack.name):
                plan(folder / stack.name, environment)
    frameworks = ("terraform_json", "terraform_plan")
    run = subprocess.run(
        [CHECKOV, "--directory", folder, "--framework", *frameworks, "--skip-download", "--output", "json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LOG_LEVEL": "ERROR"},
    )
    return {result["check_type"]: findings_of(result) for result in json.loads(run.stdout)}


def plannable(stack: str) -> bool:
    """Whether the stack's plan tells something new, and can be made on this machine."""
    example, _, part = stack.partition("-")
    if part == "init":
        # Without the training data, which `make demo` fetches, Terraform refuses to plan.
        return any((ROOT / "examples" / example / "data").rglob("*.*"))
    # The other environment's plan differs in names alone.
    return part != "prod"


def plan(folder: Path, environment: dict[str, str]) -> None:
    """Write the JSON of the stack's plan beside it, and leave nothing else there."""
    override = folder / "override.tf.json"
    override.write_text('{"terraform": {"backend": {"local": {}}}}')

    def terraform(*arguments: str) -> str:
        command = ["terraform", *arguments]
        run = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    terraform("init", "-input=false")
    terraform("plan", "-input=false", "-out=plan.tfplan")
    (folder / "plan.json").write_text(terraform("show", "-json", "plan.tfplan"))
    shutil.rmtree(folder / ".terraform")
    override.unlink()


def findings_of(result: dict[str, Any]) -> Findings:
    assert result["summary"]["parsing_errors"] == 0
    failed: dict[str, list[str]] = {}
    for check in result["results"]["failed_checks"]:
        failed.setdefault(check["check_id"], []).append(check["resource"])
    stacks = {check["file_path"].split("/")[1] for check in result["results"]["passed_checks"]}
    return Findings(failed, stacks)


@pytest.mark.parametrize("framework", ["terraform_json", "terraform_plan"])
def test_nothing_fails_but_what_has_a_reason(
    findings: dict[str, Findings], stacks_folder: Path, others: dict[str, Path], framework: str
) -> None:
    found = findings[framework]
    stacks = {stack.name for stack in stacks_folder.iterdir()}
    assert {check: resources for check, resources in found.failed.items() if check not in SKIPS} == {}
    planned = set(filter(plannable, stacks))
    assert found.stacks == ({*stacks, *others} if framework == "terraform_json" else planned)


def test_every_skipped_check_still_fails_and_has_its_reason(findings: dict[str, Findings]) -> None:
    assert set(SKIPS) == {check for found in findings.values() for check in found.failed}
    assert all(len(skip["reason"]) > 40 for skip in SKIPS.values())
