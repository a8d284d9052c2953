"""One stack planned and applied by Terraform: what is applied is the plan that was shown."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from mlops.ledger.entry import PlanFacts
from mlops.plans.stack_plan import StackPlan, read_plan
from mlops.toolchain.terraform_cli import TerraformCli


def summary_of(text: str) -> str:
    """The line that Terraform ends a plan's text with; it has none where only outputs change."""
    found = re.search(r"^Plan: (.*)\.$", text, re.MULTILINE)
    return found.group(1) if found else "no resource changes"


class StackTerraform:
    """Terraform in the stack's ``folder``; the plan is kept in ``scratch``, since it may hold secrets."""

    def __init__(self, folder: Path, scratch: Path, terraform: TerraformCli) -> None:
        self._folder = folder
        self._plan = scratch / "plan.tfplan"
        self._terraform = terraform

    def init(self) -> None:
        """Get the provider, and find the state.

        Raises:
            TerraformError: either cannot be had; nothing was changed.
        """
        self._terraform.init(self._folder)

    def deposed(self) -> set[tuple[str, str]]:
        """Type and name of what a half-done replacement left in the state, still to be destroyed.

        https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy

        Raises:
            TerraformError: the state cannot be read; nothing was changed.
        """
        state = json.loads(self._terraform.run(self._folder, "state", "pull") or "{}")
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
        text, as_json = self._terraform.plan(self._folder, self._plan)
        return read_plan(self._folder.name, as_json, text)

    def facts(self, plan: StackPlan) -> PlanFacts:
        """The saved plan's summary and checksum."""
        sha256 = hashlib.sha256(self._plan.read_bytes()).hexdigest()
        return PlanFacts(summary=summary_of(plan.text), sha256=sha256)

    def apply(self) -> None:
        """Apply the saved plan; Terraform refuses it if the state has moved on since.

        Raises:
            TerraformError: it was not applied, or not as a whole.
        """
        self._terraform.apply(self._folder, self._plan)
