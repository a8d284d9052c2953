"""The way back by hand: PROD serves an earlier release again, by its plan, judged by its gate."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.book import Ledger
from ledger.entry import Approval, Entry
from ledger.history import History
from ledger.record import GATE_FILES, TRAINING_FILES, judged, read_files
from ledger.terraform import StackTerraform
from mlops_spec import InvalidInputError, Problem, Settings
from plan_review.stack_plan import StackPlan
from plan_review.synthesis import SynthesisError, synthesize

ENVIRONMENT = "prod"
#: For an environment in another account: the role that Terraform takes on there; docs/accounts.md.
VISITED_ROLE = "TF_VAR_visited_role_arn"


def target_of(history: History, wanted: str | None) -> str:
    """The release to go back to: ``wanted``, or the one that served PROD with success before the present one.

    Raises:
        InvalidInputError: there is none, or ``wanted`` never served PROD with success.
    """
    served = history.passed(ENVIRONMENT)
    if wanted is None:
        found = history.before(ENVIRONMENT)
        if found is None:
            allowed = "a release that passed the PROD test before the present one"
            remedy = "There is nothing to go back to: push a change that mends the release."
            raise InvalidInputError([Problem("ledger", "RELEASE", "nothing", allowed, remedy)])
        return found
    if wanted not in served:
        allowed = f"a release that passed the PROD test: {', '.join(served) or 'there is none yet'}"
        remedy = "Name one of these; a release that has not been there goes through the pipeline."
        raise InvalidInputError([Problem("ledger", "RELEASE", wanted, allowed, remedy)])
    return wanted


class UnjudgedError(Exception):
    """The plan was applied, but the gate left no report."""


@dataclass(frozen=True)
class Workspace:
    """What a way back works with: the project, the ledger, a scratch folder, the process's variables."""

    root: Path
    settings: Settings
    ledger: Ledger
    scratch: Path
    environ: Mapping[str, str]


class Rollback:
    """One way back to ``release_id``: prepared and planned, then, once somebody agreed, carried out."""

    def __init__(self, workspace: Workspace, history: History, release_id: str) -> None:
        self._workspace = workspace
        self._release_id = release_id
        self._names = workspace.settings.names_in(ENVIRONMENT)
        self._fetch(history)
        self._terraform = StackTerraform(self._synthesize(), workspace.scratch, workspace.environ)

    def plan(self) -> StackPlan:
        """What would be done to PROD.

        Raises:
            TerraformError: it cannot be planned.
        """
        self._planned = self._terraform.plan()
        return self._planned

    def apply(self, approval: Approval) -> None:
        """Apply the plan, after it is in the ledger with whoever agreed to it.

        Raises:
            TerraformError: it failed, perhaps half-way.
        """
        facts = self._terraform.facts(self._planned)
        plan = Entry(
            step=f"{ENVIRONMENT}-plan",
            release_id=self._release_id,
            at=approval.at,
            plan=facts,
            approval=approval,
        )
        self._workspace.ledger.record(plan, {"plan.txt": self._planned.text.encode() + b"\n"})
        self._terraform.apply()

    def judge(self, approval: Approval | None) -> tuple[int, Entry]:
        """Run PROD's gate and record its verdict; the gate's exit code and the entry.

        Raises:
            UnjudgedError: the gate left no report.
        """
        reports = self._workspace.scratch / "gate-report"
        environment = {**self._workspace.environ, **self._gate_variables()}
        command = [sys.executable, "-m", f"endpoint_tests.{self._workspace.settings.example.name}"]
        code = subprocess.run(  # noqa: S603
            [*command, "--output", str(reports)], cwd=self._workspace.root, env=environment, check=False
        ).returncode
        try:
            files = read_files(reports, GATE_FILES)
        except InvalidInputError as error:
            raise UnjudgedError(str(error)) from error
        entry = judged(ENVIRONMENT, self._release_id, files[GATE_FILES[0]], approval)
        return code, self._workspace.ledger.record(entry, files)

    def _fetch(self, history: History) -> None:
        """The release's manifest and held-out rows, as its training recorded them."""
        passage = history.passage(self._release_id)
        if passage is None or passage.training is None:
            allowed = "a release whose training is in the ledger"
            remedy = "Bring it back from its artifact: docs/operations.md."
            raise InvalidInputError([Problem("ledger", "RELEASE", self._release_id, allowed, remedy)])
        for name in TRAINING_FILES[:2]:
            (self._workspace.scratch / name).write_bytes(self._workspace.ledger.file(passage.training, name))

    def _synthesize(self) -> Path:
        root = self._workspace.root
        try:
            stacks = synthesize(root, [self._workspace.scratch / TRAINING_FILES[0]]).stacks
        except SynthesisError as error:
            remedy = "Mend what `python main.py` names; nothing was changed."
            given = f"release {self._release_id}"
            raise InvalidInputError([Problem("synth", "MLOPS_RELEASE", given, str(error), remedy)]) from error
        folder = stacks[f"{self._workspace.settings.example.name}-{ENVIRONMENT}"]
        if (root / ".terraform.lock.hcl").is_file():
            shutil.copy(root / ".terraform.lock.hcl", folder)
        return folder

    def _gate_variables(self) -> dict[str, str]:
        variables = {
            "MLOPS_EXAMPLE": self._workspace.settings.example.name,
            "MLOPS_ENVIRONMENT": ENVIRONMENT,
            "ENDPOINT_NAME": self._names.endpoint(ENVIRONMENT),
            "CODEBUILD_SRC_DIR_TrainOutput": str(self._workspace.scratch),
            "AWS_DEFAULT_REGION": self._workspace.settings.names.region,
        }
        if self._names.home:
            role = self._workspace.environ[VISITED_ROLE]
            variables |= {"ENDPOINT_ROLE_ARN": role, "ENDPOINT_REGION": self._names.region}
        return variables


def check_role(settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
    """Make sure that there is a role to take on where PROD is in another account or region.

    Raises:
        InvalidInputError: there is none.
    """
    if settings.names_in(ENVIRONMENT).home and not environ.get(VISITED_ROLE):
        remedy = "Name one of yours in PROD's account: docs/accounts.md."
        raise InvalidInputError([Problem("environment", VISITED_ROLE, "nothing", "a role's ARN", remedy)])
