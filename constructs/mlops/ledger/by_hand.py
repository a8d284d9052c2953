"""The rollback that a person asks for: shown, confirmed, carried out."""

from __future__ import annotations

from datetime import UTC, datetime

import boto3
from rich.console import Console
from rich.prompt import Confirm

from mlops.ledger.entry import Approval
from mlops.ledger.history import History
from mlops.ledger.rollback import Rollback, UnjudgedError, Workspace, target_of
from mlops.plans.review import Review
from mlops.plans.terminal import show
from mlops.spec.problems import FailedError
from mlops.toolchain.terraform_cli import TerraformError

FAILED, REFUSED = 1, 3
_NEXT = (
    "Its state is saved and its lock is free, unless it says otherwise. The same command plans anew, "
    "from what there is now."
)


def bring_back(workspace: Workspace, release: str | None, console: Console, *, yes: bool) -> int:
    """Let PROD serve ``release``, or the one before the present one, again; with ``yes`` nobody is asked.

    Returns 0 where it passed PROD's gate, ``FAILED`` where not, ``REFUSED`` where the person did not agree.

    Raises:
        InvalidInputError: there is no such release to go back to.
        FailedError: it cannot be planned, was not applied as a whole, or was not judged.
    """
    try:
        return _carry_out(workspace, release, console, yes=yes)
    except TerraformError as error:
        raise FailedError(f"{error}\n\nTerraform failed. {_NEXT}") from error
    except UnjudgedError as error:
        said = "PROD serves the release, but was not judged; the same command judges it."
        raise FailedError(f"{said}\n{error}") from error


def _carry_out(workspace: Workspace, release: str | None, console: Console, *, yes: bool) -> int:
    history = History(workspace.ledger.entries())
    target, serving = target_of(history, release), history.serving("prod")
    console.print(f"PROD serves {serving.release_id if serving else 'nothing'}; back to {target}")
    way = Rollback(workspace, history, target)
    plan = way.plan()
    show(Review((plan,), compared_with="This is PROD's plan."), console)
    approval = None
    if not plan.empty:
        if not (yes or _agreed(console)):
            console.print("Refused: nothing was changed.")
            return REFUSED
        approval = Approval(by=_caller(), at=datetime.now(UTC), said="mlops rollback")
        console.print("Applying this plan", soft_wrap=True)
        way.apply(approval)
    code, entry = way.judge(approval)
    console.print(f"Recorded in the ledger: {entry.folder}", soft_wrap=True)
    return code and FAILED


def _agreed(console: Console) -> bool:
    try:
        return Confirm.ask("Apply this plan to PROD?", console=console, default=False)
    except EOFError:
        return False


def _caller() -> str:
    return str(boto3.client("sts").get_caller_identity()["Arn"])
