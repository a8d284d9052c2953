"""The manifests of the releases that PROD serves, from which its endpoint stacks can be planned."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from botocore.exceptions import ClientError

from mlops.ledger.entry import TRAIN
from mlops.ledger.history import History
from mlops.ledger.record import TRAINING_FILES
from mlops.ledger.store import Ledger

ENVIRONMENT = "prod"


def write_manifests(ledgers: Mapping[str, Ledger], folder: Path) -> dict[str, Path | None]:
    """Write ``<example>.json`` for the ledger of each example; None where PROD serves nothing yet.

    Raises:
        ClientError: a ledger that there is cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path | None] = {}
    for example, ledger in ledgers.items():
        body = _served(ledger)
        written[example] = folder / f"{example}.json" if body else None
        if body:
            (folder / f"{example}.json").write_bytes(body)
    return written


def _served(ledger: Ledger) -> bytes | None:
    try:
        history = History(ledger.entries(TRAIN, f"{ENVIRONMENT}-test"))
    except ClientError as error:
        # The pipeline's stack, which makes the ledger, is not deployed.
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return None
        raise
    serving = history.serving(ENVIRONMENT)
    found = history.release(serving.release_id) if serving else None
    training = found.training if found else None
    return ledger.file(training, TRAINING_FILES[0]) if training else None
