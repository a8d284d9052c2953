"""One stack planned and applied by Terraform: what is applied is the plan that was shown."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from mlops.ledger.entry import PlanFacts
from mlops.plans.stack_plan import StackPlan, read_plan


class TerraformError(Exception):
    """Terraform failed; the message is its own."""


def summary_of(text: str) -> str:
    """The line that Terraform ends a plan's text with; it has none where only outputs change."""
    found = re.search(r"^Plan: (.*)\.$", text, re.MULTILINE)
    return found.group(1) if found else "no resource changes"


class StackTerraform:
    """Terraform in the stack's ``folder``; the plan is kept in ``scratch``, since it may hold secrets.

    ``environment`` gives the variables of each of its commands.
    """

    def __init__(self, folder: Path, scratch: Path, environment: Callable[[], Mapping[str, str]]) -> None:
        self._folder = folder
        self._plan = scratch / "plan.tfplan"
        self._environment = environment

    def init(self) -> None:
        """Get the provider, and find the state.

        Raises:
            TerraformError: either cannot be had; nothing was changed.
        """
        self._run("init", "-input=false", "-no-color", "-reconfigure")

    def deposed(self) -> set[tuple[str, str]]:
        """Type and name of what a half-done replacement left in the state, still to be destroyed.

        https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy

        Raises:
            TerraformError: the state cannot be read; nothing was changed.
        """
        state = json.loads(self._run("state", "pull") or "{}")
        return {
            (resource["type"], instance["attributes"].get("key") or instance["attributes"].get("name", ""))
            for resource in state.get("resources", ())
            for instance in resource["instances"]
            if "deposed" in instance
        }

    def plan(self) -> StackPlan:
        """Save a plan; what it would do.

        Raises:
            TerraformError: it cannot be planned; nothing was changed.
        """
        self._run("plan", "-input=false", "-no-color", f"-out={self._plan}")
        text = self._run("show", "-no-color", str(self._plan))
        return read_plan(self._folder.name, self._run("show", "-json", str(self._plan)), text)

    def facts(self, plan: StackPlan) -> PlanFacts:
        """The saved plan's summary and checksum."""
        return PlanFacts(
            summary=summary_of(plan.text), sha256=hashlib.sha256(self._plan.read_bytes()).hexdigest()
        )

    def apply(self) -> None:
        """Apply the saved plan; Terraform refuses it if the state has moved on since.

        Raises:
            TerraformError: it was not applied, or not as a whole.
        """
        self._run("apply", "-input=false", "-no-color", str(self._plan))

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603
            ["terraform", *arguments],  # noqa: S607 - the toolchain put it on the PATH
            cwd=self._folder,
            env={**self._environment(), "TF_IN_AUTOMATION": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise TerraformError((done.stderr or done.stdout).strip())
        return done.stdout
