"""What a build found, into the ledger: ``python -m mlops.ledger.record <folder>``.

The folder is training's output or the gate's reports; the pipeline's variables say which.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from mlops.ledger.approvals import approval_of
from mlops.ledger.entry import TRAIN, Approval, Entry, GateFacts
from mlops.ledger.store import Ledger, OverwritingRefusedError
from mlops.spec import InvalidInputError, Problem, Settings, load_release, load_settings
from mlops.spec.gate_report import GATE_REPORT, GateReport
from mlops.spec.problems import parse_json_bytes
from mlops.spec.variables import EXAMPLE, EXECUTION, read_variables

# The first of each must be there.
TRAINING_FILES = ("release.json", "held_out.parquet", "metrics.json", "profile.json")
GATE_FILES = (GATE_REPORT, "gate.html", "junit.xml")


def trained(folder: Path, files: Mapping[str, bytes]) -> Entry:
    """The entry of a training's output; its ``at`` is set when it is written."""
    release = load_release(folder / TRAINING_FILES[0])
    return Entry(
        step=TRAIN,
        release_id=release.release_id,
        at=release.created_at,
        files=tuple(files),
        commit=release.commit,
    )


def judged(environment: str, release_id: str, report: bytes, approval: Approval | None) -> Entry:
    """The entry of a gate's report, ``gate.json``.

    Raises:
        InvalidInputError: with every problem of the report.
    """
    facts = GateFacts.of(parse_json_bytes(report, GATE_REPORT, GateReport))
    step = f"{environment}-test"
    return Entry(step=step, release_id=release_id, at=datetime.now(UTC), gate=facts, approval=approval)


def read_files(folder: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """Those of the files that are there, the first of which must be.

    Raises:
        InvalidInputError: it is not.
    """
    if not (folder / names[0]).is_file():
        remedy = "Record after what writes it has run, and name its folder."
        raise InvalidInputError([Problem("ledger", names[0], "no such file", f"a file in {folder}", remedy)])
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}


def record(folder: Path, root: Path, environ: Mapping[str, str]) -> Entry:
    """Put the build's results into the ledger.

    Raises:
        InvalidInputError: with every variable that is missing, or the file that is.
    """
    example, execution = read_variables(environ, {**EXAMPLE, **EXECUTION})
    settings = load_settings(root, example)
    session = boto3.Session(region_name=settings.names.region)
    ledger = Ledger(session.client("s3"), settings.names.ledger_bucket)
    environment = environ.get("MLOPS_ENVIRONMENT")
    if not environment:
        files = read_files(folder, TRAINING_FILES)
        return ledger.record(trained(folder, files), files)
    files = read_files(folder, GATE_FILES)
    approval = _approval(session, settings, execution, environ)
    return ledger.record(judged(environment, execution, files[GATE_FILES[0]], approval), files)


def _approval(
    session: boto3.Session, settings: Settings, execution: str, environ: Mapping[str, str]
) -> Approval | None:
    """Only where the build says that its environment was asked for: no other has the right to look."""
    if environ.get("MLOPS_APPROVAL") != "manual":
        return None
    return approval_of(session.client("codepipeline"), settings.names.pipeline, execution)


def main(arguments: list[str]) -> None:
    """Record the folder that is named; exit code 2 for bad input, 1 where AWS refuses."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m mlops.ledger.record <folder>\n")
        sys.exit(InvalidInputError.EXIT_CODE)
    try:
        written = record(Path(arguments[0]), Path(), os.environ)
    except InvalidInputError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.EXIT_CODE)
    except (BotoCoreError, ClientError, OverwritingRefusedError) as error:
        sys.exit(f"The ledger could not be written: {error}")
    print(f"Recorded in the ledger: {written.folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
