"""PROD brought back when a release fails there: ``python -m mlops.ledger.restore test``, or ``… deployment``.

PROD's Test and Deploy builds run it after they have failed, and stay failed: it never ends with 0.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from botocore.exceptions import BotoCoreError, ClientError

from mlops.ledger.assumed_role import AssumedRole
from mlops.ledger.entry import TRAIN, AutomaticRollback
from mlops.ledger.history import History
from mlops.ledger.rollback import ENVIRONMENT, Rollback, UnjudgedError, Workspace
from mlops.ledger.served import served_release
from mlops.ledger.store import Ledger, OverwritingRefusedError
from mlops.spec import InvalidInputError, load_settings
from mlops.spec.variables import EXAMPLE, EXECUTION, read_variables
from mlops.toolchain.processes import Processes
from mlops.toolchain.terraform_cli import TerraformError

#: What failed.
Cause = Literal["test", "deployment"]
FAILED = 1
_STEPS = (TRAIN, f"{ENVIRONMENT}-plan", f"{ENVIRONMENT}-test")
_ROLE = "RESTORE_ROLE_ARN"
_WANTED = {
    **EXAMPLE,
    **EXECUTION,
    _ROLE: (r"arn:aws:iam::\d{12}:role/.+", "the role that may bring PROD back"),
}


class Restoration:
    """The rollback from the release ``failed``, whose ``cause`` failed in PROD."""

    def __init__(self, root: Path, environ: Mapping[str, str], cause: Cause) -> None:
        """Raises InvalidInputError with every variable or setting that is wrong."""
        example, self.failed, role = read_variables(environ, _WANTED)
        self._root, self._cause = root, cause
        self._summary = environ.get("GATE_SUMMARY") or "its gate left no summary"
        self._settings = load_settings(root, example)
        self._role = AssumedRole(role, self._settings.names.region)
        # What runs below is no build that could go back further.
        self._environ = {name: value for name, value in environ.items() if name != _ROLE}

    @property
    def first_fact(self) -> str:
        """What happened."""
        if self._cause == "test":
            return f"PROD's test did not pass release {self.failed}: {self._summary}"
        return f"PROD's deployment of release {self.failed} failed; Terraform's error above says why."

    def second_fact(self) -> str:
        """Bring PROD back; what came of it."""
        try:
            ledger = self._ledger()
            history = History(ledger.entries(*_STEPS))
            release = history.before(ENVIRONMENT, self.failed)
            if release is None:
                return self._nothing_before()
            return self._carried_out(ledger, history, release)
        except (BotoCoreError, ClientError, OverwritingRefusedError) as error:
            return (
                f"THE ROLLBACK FAILED, since AWS refused or could not be reached: {error}\n"
                f"What PROD serves is not known. {self._by_hand('')}"
            )

    def _carried_out(self, ledger: Ledger, history: History, release: str) -> str:
        print(f"\nBringing PROD back to release {release}", flush=True)
        with tempfile.TemporaryDirectory() as scratch:
            workspace = Workspace(
                self._root,
                self._settings,
                ledger,
                Path(scratch),
                self._variables,
                Processes(own_session=False),
            )
            because = AutomaticRollback(instead_of=self.failed, failed=self._cause)
            try:
                way = Rollback(workspace, history, release, because)
                plan = way.plan()
                print(plan.text, flush=True)
                if not plan.empty:
                    way.apply()
                code, entry = way.judge()
            except (InvalidInputError, TerraformError, UnjudgedError) as error:
                lost = f"THE ROLLBACK TO RELEASE {release} FAILED: {error}"
                return f"{lost}\n{self._serves(ledger, history)} {self._by_hand(f' --release {release}')}"
        summary = entry.gate.summary if entry.gate else ""
        if code == 0:
            return (
                f"PROD serves release {release} again: {summary}\n"
                "The pipeline ends failed all the same. Fix the release, and push."
            )
        return (
            f"PROD SERVES RELEASE {release} AGAIN, BUT ITS GATE DOES NOT PASS IT EITHER: {summary}\n"
            f"Where the gate itself is wrong, fix it and push. {self._by_hand(' --release <id>')}"
        )

    def _nothing_before(self) -> str:
        serves = "It stays in service" if self._cause == "test" else "What it left stays as it is"
        return (
            f"No other release has passed PROD's test, so there is none to go back to. {serves}.\n"
            "Fix the release, and push: the next one takes its place."
        )

    def _serves(self, ledger: Ledger, history: History) -> str:
        """What the endpoint itself says, where it is."""
        names, role = self._settings.names_in(ENVIRONMENT), self._role
        if names.primary:
            role = AssumedRole(self._environ["ENDPOINT_ROLE_ARN"], names.region, role)
        return served_release(role.client("sagemaker"), names.endpoint(ENVIRONMENT), ledger, history)

    def _by_hand(self, release: str) -> str:
        example = self._settings.example.name
        return (
            f"`mlops releases {example}` shows what has passed; "
            f"`mlops rollback {example}{release}` brings it back: docs/releases.md."
        )

    def _ledger(self) -> Ledger:
        return Ledger(self._role.client("s3"), self._settings.names.ledger_bucket)

    def _variables(self) -> dict[str, str]:
        return {**self._environ, **self._role.variables()}


def main(arguments: list[str]) -> None:
    """Bring PROD back and say both facts; exit code 2 for bad input, otherwise 1."""
    causes = get_args(Cause)
    if len(arguments) != 1 or arguments[0] not in causes:
        sys.stderr.write(f"usage: python -m mlops.ledger.restore {'|'.join(causes)}\n")
        sys.exit(InvalidInputError.EXIT_CODE)
    try:
        restoration = Restoration(Path.cwd(), os.environ, arguments[0])  # type: ignore[arg-type]
    except InvalidInputError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.EXIT_CODE)
    second = restoration.second_fact()
    print(f"\n{restoration.first_fact}\n{second}")
    sys.exit(FAILED)


if __name__ == "__main__":
    main(sys.argv[1:])
