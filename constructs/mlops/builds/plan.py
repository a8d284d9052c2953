"""Plan: one environment's endpoint stack planned, the plan kept with all that vouches for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from mlops.builds.saved_plan import FILES, SUMS, write_sums
from mlops.builds.terraform import Terraform, install_terraform
from mlops.builds.variables import TERRAFORM_WANTED
from mlops.ledger.entry import Entry, PlanFacts
from mlops.ledger.store import Ledger, OverwritingRefusedError
from mlops.ledger.terraform import summary_of
from mlops.spec.problems import FailedError
from mlops.spec.variables import EXECUTION, read_variables

_WANTED = {
    **TERRAFORM_WANTED,
    **EXECUTION,
    "LEDGER_BUCKET": (r"[a-z0-9.-]{3,63}", "the name of the ledger's bucket"),
    "PLAN_VALID_HOURS": (r"\d{1,4}", "for how many hours the plan may be applied"),
}
# Not the JSON, which shows sensitive values; with the stack that was planned a rollback deploys.
_RECORDED = ("plan.txt", SUMS, "cdk.tf.json", ".terraform.lock.hcl")
_PLAN = "plan.tfplan"


@dataclass(frozen=True)
class SavedPlan:
    """What Plan exports: how much would change, the SHA-256 of the checksums, when the plan expires."""

    summary: str
    sha256: str
    expires: datetime

    def export(self, folder: Path) -> None:
        """Write each variable of the pipeline to a file of its name."""
        folder.mkdir()
        (folder / "PLAN_SUMMARY").write_text(self.summary, encoding="utf-8")
        (folder / "PLAN_SHA256").write_text(self.sha256, encoding="utf-8")
        (folder / "PLAN_EXPIRES").write_text(self.expires.strftime("%Y-%m-%dT%H:%M:%SZ"), encoding="utf-8")


def plan(root: Path, environ: Mapping[str, str]) -> SavedPlan:
    """Plan the stack in ``root/stacks``; the plan's files go to ``root/plan`` and to the ledger.

    Raises:
        InvalidInputError: with every variable that is missing.
        FailedError: it cannot be planned, or not recorded.
    """
    example, environment, seconds, lock_timeout, execution, bucket, hours = read_variables(environ, _WANTED)
    install_terraform(environ)
    stack = f"{example}-{environment}"
    folder = root / "stacks" / stack
    if not (folder / "cdk.tf.json").is_file():
        raise FailedError(f"Synth's artifact holds no stacks/{stack}/cdk.tf.json: there is nothing to plan.")
    _run(folder, stack, float(seconds), lock_timeout)
    summary = _show(folder)
    expires = datetime.now(UTC) + timedelta(hours=int(hours))
    saved = SavedPlan(summary, write_sums(folder), expires)
    print(f"{stack}: {summary}", flush=True)
    _keep(folder, root / "plan")
    facts = PlanFacts(summary=summary, sha256=saved.sha256)
    entry = Entry(step=f"{environment}-plan", release_id=execution, at=datetime.now(UTC), plan=facts)
    _record(bucket, entry, folder)
    return saved


def _run(folder: Path, stack: str, seconds: float, lock_timeout: str) -> None:
    terraform = Terraform(folder)
    pinned = ["-lockfile=readonly"] if (folder / ".terraform.lock.hcl").is_file() else []
    if not terraform.run("init", "-input=false", "-no-color", *pinned) or not terraform.run(
        "plan", "-input=false", "-no-color", f"-lock-timeout={lock_timeout}", f"-out={_PLAN}", seconds=seconds
    ):
        held = terraform.held_lock("this stack's folder")
        failed = f"The plan of {stack} failed; nothing was changed."
        raise FailedError("\n".join(filter(None, [failed, held, "Then retry this stage of the pipeline."])))


def _show(folder: Path) -> str:
    """Keep the plan's text and JSON; its summary. Each takes a start of the provider: side by side."""

    def show(name: str, *options: str) -> None:
        with (folder / name).open("wb") as file:
            command = ["terraform", "show", *options, _PLAN]
            subprocess.run(command, cwd=folder, stdout=file, check=True)  # noqa: S603

    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda each: show(*each), (("plan.txt", "-no-color"), ("plan.json", "-json"))))
    except subprocess.CalledProcessError as error:
        raise FailedError(f"The saved plan cannot be shown: {error}. Nothing was changed.") from error
    return summary_of((folder / "plan.txt").read_text(encoding="utf-8"))


def _keep(folder: Path, output: Path) -> None:
    output.mkdir()
    for name in (*FILES, SUMS):
        shutil.copy(folder / name, output)
    if (folder / "assets").is_dir():
        shutil.copytree(folder / "assets", output / "assets")


def _record(bucket: str, entry: Entry, folder: Path) -> None:
    """The ledger keeps every plan, applied or not."""
    try:
        Ledger(boto3.client("s3"), bucket).record(
            entry, {name: (folder / name).read_bytes() for name in _RECORDED}
        )
    except (BotoCoreError, ClientError, OverwritingRefusedError) as error:
        raise FailedError(f"The ledger could not be written: {error}") from error


def main() -> None:
    """Plan in the working folder, and export what the pipeline passes on."""
    plan(Path.cwd(), os.environ).export(Path("exported"))
