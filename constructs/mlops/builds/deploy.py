"""Deploy: exactly the plan that Plan saved, applied; what to do where that fails."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from mlops.builds.saved_plan import check_sums
from mlops.builds.terraform import Terraform, install_terraform
from mlops.builds.variables import TERRAFORM_WANTED
from mlops.spec.problems import FailedError
from mlops.spec.variables import read_variables

# Either way it is planned anew, from what exists then, and shown again.
_REMEDY = (
    "In CodePipeline, retry the stage with all its actions, or where another release has entered it,\n"
    "release the change again."
)
_UNTOUCHED = "nothing was applied, the old endpoint serves on.\n" + _REMEDY
_BEGUN = re.compile(r": (Creating|Modifying|Destroying)\.\.\.")
_FAILED = 1
# As Test's buildspec has it. The lock leaves out what synthesizes, though the library's wheel requires it.
_INSTALL = (
    *("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"),
    *("--only-binary=:all:", "--requirement", "requirements.txt"),
)


def check(folder: Path, environ: Mapping[str, str], now: datetime) -> None:
    """Make sure that the plan in ``folder`` is the one that was saved, and may still be applied.

    The digest and the expiry come from the Plan action through the pipeline, not with the artifact.

    Raises:
        FailedError: it is another, or has expired.
    """
    check_sums(folder, environ.get("PLAN_SHA256", ""), _UNTOUCHED)
    expires, at = environ.get("PLAN_EXPIRES", ""), now.strftime("%Y-%m-%dT%H:%M:%SZ")
    # Both in one form, whose order is that of time; a plan of which none knows when it expires is refused.
    if at > expires:
        known = f"The saved plan expired at {expires or 'a time unknown'}; now is {at}."
        raise FailedError(f"{known}\n{_UNTOUCHED[0].upper()}{_UNTOUCHED[1:]}")


def deploy(folder: Path, environ: Mapping[str, str]) -> None:
    """Apply the saved plan in ``folder``.

    Raises:
        InvalidInputError: with every variable that is missing.
        FailedError: the plan is refused, or was not applied as a whole; PROD may have been restored since.
    """
    example, environment, seconds, lock_timeout = read_variables(environ, TERRAFORM_WANTED)
    check(folder, environ, datetime.now(UTC))
    install_terraform(environ)
    terraform = Terraform(folder)
    if terraform.run("init", "-input=false", "-no-color", "-lockfile=readonly") and terraform.run(
        "apply",
        "-input=false",
        "-no-color",
        f"-lock-timeout={lock_timeout}",
        "plan.tfplan",
        seconds=float(seconds),
    ):
        return
    message = f"The deployment of {example}-{environment} failed; its state is saved.\n{_advice(terraform)}"
    # Where Terraform had begun to change something, PROD goes back to the release before. Of a refused
    # plan or a held lock it has said no change.
    if environ.get("RESTORE_ROLE_ARN") and _BEGUN.search(terraform.said) and not terraform.stopped:
        sys.stderr.write(f"\n{message}\n")
        sys.exit(_restore(Path(environ["CODEBUILD_SRC_DIR_SourceOutput"])))
    raise FailedError(message)


def _advice(terraform: Terraform) -> str:
    held = terraform.held_lock("the stack's folder")
    if held:
        return f"{held}\nThen retry this action."
    if "Saved plan is stale" in terraform.said:
        moved = "The state has moved on since the plan was made: "
        return moved + _UNTOUCHED
    return f"A saved plan applies once. {_REMEDY}"


def _restore(source: Path) -> int:
    """Bring PROD back, by the gate that the repository has; the exit code, which is never 0."""
    for arguments in (_INSTALL, ("-m", "mlops.builds", "restore", "deployment")):
        code = subprocess.run([sys.executable, *arguments], cwd=source, check=False).returncode  # noqa: S603
        if code != 0:
            return code
    return _FAILED


def main() -> None:
    """Deploy from the working folder, the plan's artifact."""
    deploy(Path.cwd(), os.environ)
