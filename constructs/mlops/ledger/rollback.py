"""The rollback: PROD serves an earlier release again, by the stack that it had, judged by its gate."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mlops.ledger.entry import Approval, AutomaticRollback, Entry
from mlops.ledger.history import History
from mlops.ledger.record import GATE_FILES, TRAINING_FILES, judged, read_files
from mlops.ledger.recorded_stack import RecordedStack
from mlops.ledger.store import Ledger
from mlops.ledger.terraform import StackTerraform
from mlops.plans.stack_plan import StackPlan
from mlops.spec import InvalidInputError, Problem, Settings
from mlops.toolchain.processes import Processes
from mlops.toolchain.terraform_cli import TerraformCli

ENVIRONMENT = "prod"
#: For an environment in another account: the role that Terraform takes on there; docs/accounts.md.
ASSUME_ROLE = "TF_VAR_assume_role_arn"
# What stacks that version 0.1 recorded call it.
_ASSUME_ROLE_0_1 = "TF_VAR_visited_role_arn"


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
            remedy = "There is nothing to go back to: push a change that fixes the release."
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
    """What a rollback works with: the project, the ledger, a scratch folder.

    ``environ`` gives the variables of a command, anew for each, since credentials in them expire.
    """

    root: Path
    settings: Settings
    ledger: Ledger
    scratch: Path
    environ: Callable[[], Mapping[str, str]]
    processes: Processes = field(default_factory=Processes)


class Rollback:
    """One rollback to ``release_id``: planned, then carried out; ``way_back`` says why, if nobody asked."""

    def __init__(
        self,
        workspace: Workspace,
        history: History,
        release_id: str,
        way_back: AutomaticRollback | None = None,
    ) -> None:
        self._workspace = workspace
        self._release_id = release_id
        self._way_back = way_back
        self._names = workspace.settings.names_in(ENVIRONMENT)
        self._fetch(history)
        self._terraform = StackTerraform(
            self._stack.folder,
            workspace.scratch,
            TerraformCli(lambda: terraform_variables(workspace.environ()), workspace.processes),
        )

    def plan(self) -> StackPlan:
        """What would be done to PROD.

        Raises:
            TerraformError: it cannot be planned.
        """
        self._terraform.init()
        self._stack.avoid(self._terraform.deposed())
        self._planned = self._terraform.plan()
        return self._planned

    def apply(self, approval: Approval | None = None) -> None:
        """Apply the plan, after it is in the ledger with whoever agreed to it.

        Raises:
            TerraformError: it failed, perhaps half-way.
        """
        plan = Entry(
            step=f"{ENVIRONMENT}-plan",
            release_id=self._release_id,
            at=datetime.now(UTC),
            plan=self._terraform.facts(self._planned),
            approval=approval,
            way_back=self._way_back,
        )
        files = {"plan.txt": self._planned.text.encode() + b"\n", **self._stack.files}
        self._workspace.ledger.record(plan, files)
        self._terraform.apply()

    def judge(self, approval: Approval | None = None) -> tuple[int, Entry]:
        """Run PROD's gate and record its verdict; the gate's exit code and the entry.

        Raises:
            UnjudgedError: the gate left no report.
        """
        reports = self._workspace.scratch / "gate-report"
        command = [sys.executable, "-m", f"endpoint_tests.{self._workspace.settings.example.name}"]
        code = subprocess.run(  # noqa: S603
            [*command, "--output", str(reports)],
            cwd=self._workspace.root,
            env=self._gate_variables(),
            check=False,
        ).returncode
        try:
            files = read_files(reports, GATE_FILES)
        except InvalidInputError as error:
            raise UnjudgedError(str(error)) from error
        entry = judged(ENVIRONMENT, self._release_id, files[GATE_FILES[0]], approval)
        entry = entry.model_copy(update={"way_back": self._way_back})
        return code, self._workspace.ledger.record(entry, files)

    def _fetch(self, history: History) -> None:
        """The release's manifest and held-out rows, and the stack that it was deployed with."""
        found, plan = history.release(self._release_id), history.plan_of(ENVIRONMENT, self._release_id)
        if found is None or found.training is None or plan is None:
            allowed = "a release whose training and plan are in the ledger"
            remedy = "Send its commit through the pipeline again."
            raise InvalidInputError([Problem("ledger", "RELEASE", self._release_id, allowed, remedy)])
        ledger, scratch = self._workspace.ledger, self._workspace.scratch
        for name in TRAINING_FILES[:2]:
            (scratch / name).write_bytes(ledger.file(found.training, name))
        example = self._workspace.settings.example.name
        self._stack = RecordedStack(ledger, plan, scratch / f"{example}-{ENVIRONMENT}")

    def _gate_variables(self) -> dict[str, str]:
        variables = {
            **self._workspace.environ(),
            "MLOPS_EXAMPLE": self._workspace.settings.example.name,
            "MLOPS_ENVIRONMENT": ENVIRONMENT,
            "ENDPOINT_NAME": self._names.endpoint(ENVIRONMENT),
            # Today's settings may name it otherwise.
            "ENDPOINT_MODEL": self._stack.model,
            "CODEBUILD_SRC_DIR_TrainOutput": str(self._workspace.scratch),
            "AWS_DEFAULT_REGION": self._workspace.settings.names.region,
        }
        if self._names.primary:
            variables.setdefault("ENDPOINT_ROLE_ARN", variables[ASSUME_ROLE])
            variables["ENDPOINT_REGION"] = self._names.region
        # The gate is the repository's: its modules are found in the working folder.
        variables.pop("PYTHONSAFEPATH", None)
        return variables


def terraform_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` with the role to take on by each name that a recorded stack may have for it."""
    role = environ.get(ASSUME_ROLE)
    return {**environ, **({_ASSUME_ROLE_0_1: role} if role else {})}


def check_role(settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
    """Make sure that there is a role to take on where PROD is in another account or region.

    Raises:
        InvalidInputError: there is none.
    """
    if settings.names_in(ENVIRONMENT).primary and not environ.get(ASSUME_ROLE):
        remedy = "Name one of yours in PROD's account: docs/accounts.md."
        raise InvalidInputError([Problem("environment", ASSUME_ROLE, "nothing", "a role's ARN", remedy)])
