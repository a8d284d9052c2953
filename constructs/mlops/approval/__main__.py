"""``python -m mlops.approval <folder>``: the review of a release that asks to go to PROD.

It stands there and in the ledger.
The pipeline's variables say which release and which plan, its artifacts hold them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from mlops.approval import wording
from mlops.approval.evidence import ENVIRONMENT, Artifacts, Evidence, gather
from mlops.approval.page import page, text
from mlops.ledger.entry import Entry, PlanFacts
from mlops.ledger.links import is_local, links_to
from mlops.ledger.store import Ledger, OverwritingRefusedError
from mlops.spec import InvalidInputError, load_settings
from mlops.spec.problems import Problem
from mlops.spec.settings import Source
from mlops.spec.variables import EXAMPLE, read_variables

_PAGE = "review.html"
_FOLDER = (r"/.+", "the folder of an input artifact")
_WANTED = {
    **EXAMPLE,
    "PLAN_SHA256": (r"[0-9a-f]{64}", "the checksum that Plan exported, 64 hexadecimal digits"),
    "PLAN_EXPIRES": (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
        "when the plan expires, such as 2026-01-02T03:04:05Z",
    ),
    "CODEBUILD_SRC_DIR_ProdPlan": _FOLDER,
    "CODEBUILD_SRC_DIR_TrainOutput": _FOLDER,
    "CODEBUILD_SRC_DIR_QaTest": _FOLDER,
}


def review(folder: Path, root: Path, environ: Mapping[str, str]) -> Entry:
    """Write page, text and what the approval says into ``folder``, page and text into the ledger as well.

    Raises:
        InvalidInputError: with every variable that is missing, or what cannot be read; ``folder`` exists.
    """
    example, sha256, expires, *folders = read_variables(environ, _WANTED)
    settings = load_settings(root, example)
    ledger = Ledger(
        boto3.Session(region_name=settings.names.region).client("s3"), settings.names.ledger_bucket
    )
    link = links_to(ledger.bucket, settings.names.region, environ)
    artifacts = Artifacts(*map(Path, folders))
    evidence = gather(artifacts, sha256, datetime.fromisoformat(expires), ledger, link)
    source = None if is_local(environ) else settings.project.source
    files = {_PAGE: page(evidence, _compare_url(evidence, source)), "review.txt": text(evidence)}
    _make(folder)
    written = ledger.record(_entry(evidence), {name: body.encode() for name, body in files.items()})
    files |= {
        "summary.txt": wording.summary(evidence.plan.stack),
        "changes.txt": wording.changes(evidence),
        "url.txt": link(written.folder + _PAGE),
    }
    for name, body in files.items():
        (folder / name).write_text(body, encoding="utf-8")
    return written


def _make(folder: Path) -> None:
    """A link in a folder that is there, such as a pushed one, would put one file in another's place."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        allowed, remedy = "a folder that is not there yet", "Remove it; from a repository, by a commit."
        raise InvalidInputError([Problem("review", "folder", str(folder), allowed, remedy)]) from None


def _entry(evidence: Evidence) -> Entry:
    plan = evidence.plan
    facts = PlanFacts(summary=wording.summary(plan.stack), sha256=plan.sha256, expires=plan.expires)
    return Entry(
        step=f"{ENVIRONMENT}-review",
        release_id=evidence.release.release_id,
        at=evidence.release.created_at,
        plan=facts,
    )


def _compare_url(evidence: Evidence, source: Source | None) -> str | None:
    """GitHub's page of the commits since the release in PROD."""
    before = evidence.before.release if evidence.before else None
    if source is None or before is None or before.commit == evidence.release.commit:
        return None
    commits = f"{before.commit}...{evidence.release.commit}"
    return f"https://github.com/{source.full_repository_id}/compare/{commits}"


def main(arguments: list[str]) -> None:
    """Review into the folder that is named; exit code 2 for bad input, 1 where AWS refuses."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m mlops.approval <folder>\n")
        sys.exit(InvalidInputError.EXIT_CODE)
    folder = Path(arguments[0])
    try:
        written = review(folder, Path(), os.environ)
    except InvalidInputError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.EXIT_CODE)
    except (BotoCoreError, ClientError, OverwritingRefusedError) as error:
        sys.exit(f"The ledger could not be read or written: {error}")
    print((folder / "review.txt").read_text(encoding="utf-8"))
    print(f"Recorded in the ledger: {written.folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
