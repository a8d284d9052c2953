"""A deployment that an earlier release of the project made, planned with today's stacks by the real provider.

``tests/fixtures/state-5ce4e2b`` holds the states of MovieLens as ``make demo`` left them at commit 5ce4e2b,
the last before the library became a distribution, and the release that was deployed.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws.server import LocalAws
from mlops.toolchain import terraform_environment
from tests.project import PROJECT, settings_of

RECORDED = Path(__file__).parents[1] / "fixtures" / "state-5ce4e2b"
STACKS = ("bootstrap", "movielens-init", "movielens-pipeline", "movielens-qa", "movielens-prod")
DATA = re.compile(r"\$\{path\.module\}/[^\"]*?/data/ml-100k")
PLAN = "plan.tfplan"

pytestmark = pytest.mark.timeout(600)


class Planner:
    """Plans a stack of ``stacks`` on its recorded state, which stands in a local file."""

    def __init__(self, stacks: Path, folder: Path, environment: dict[str, str]) -> None:
        self._stacks = stacks
        self._folder = folder
        self._environment = environment
        for name in ("u.data", "u.item", "u.user"):
            (folder / name).write_text("")

    def changes(self, stack: str) -> dict[str, list[str]]:
        """What would be done to each resource that is not left as it is, by its type and name."""
        folder = self._folder / stack
        folder.mkdir()
        text = (self._stacks / stack / "cdk.tf.json").read_text()
        (folder / "cdk.tf.json").write_text(DATA.sub("${path.module}/..", text))
        (folder / "earlier.tfstate").write_bytes(
            gzip.decompress((RECORDED / f"{stack}.tfstate.gz").read_bytes())
        )
        local = {"terraform": {"backend": {"local": {"path": "earlier.tfstate"}}}}
        (folder / "override.tf.json").write_text(json.dumps(local))
        self._run(folder, "init", "-input=false", "-no-color")
        # The resources are in the recorded state alone: there is nothing to refresh it from.
        self._run(folder, "plan", "-input=false", "-no-color", "-refresh=false", f"-out={PLAN}")
        plan: dict[str, Any] = json.loads(self._run(folder, "show", "-json", PLAN))
        return {
            each["address"]: each["change"]["actions"]
            for each in plan["resource_changes"]
            if each["mode"] == "managed" and each["change"]["actions"] != ["no-op"]
        }

    def _run(self, folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    settings_of("movielens")
    out = tmp_path_factory.mktemp("cdktf.out")
    release = {"CDKTF_OUTDIR": str(out), "MLOPS_RELEASE": str(RECORDED / "movielens-release.json")}
    subprocess.run([sys.executable, "main.py"], cwd=PROJECT, env={**os.environ, **release}, check=True)
    with LocalAws(tmp_path_factory.mktemp("aws")) as aws:
        environment = {**os.environ, **terraform_environment(), **aws.runtime.environment()}
        yield Planner(out / "stacks", tmp_path_factory.mktemp("earlier"), environment)


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_of_an_earlier_deployment_is_replaced_or_destroyed(planner: Planner, stack: str) -> None:
    changes = planner.changes(stack)
    assert {address: actions for address, actions in changes.items() if "delete" in actions} == {}
    made = [address for address, actions in changes.items() if actions == ["create"]]
    # The library that the frozen builds run.
    assert made == (["aws_s3_object.library_object_515E96EC"] if stack == "movielens-pipeline" else [])
