"""The stack that a release was deployed with, as its plan's entry keeps it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Any

from mlops.ledger.entry import Entry
from mlops.ledger.store import Ledger
from mlops.spec import InvalidInputError, Problem

STACK, _LOCK = "cdk.tf.json", ".terraform.lock.hcl"
_MODEL, _COPY = "aws_sagemaker_model", "aws_s3_object_copy"

#: Type and name of a resource.
Named = tuple[str, str]


class RecordedStack:
    """Terraform's JSON and its provider lock in ``folder``: the release, with the settings it had."""

    def __init__(self, ledger: Ledger, plan: Entry, folder: Path) -> None:
        """Fetch the files of the entry ``plan``.

        Raises:
            InvalidInputError: the entry has none; it is older than the ledger that keeps them.
        """
        self.folder = folder
        if STACK not in plan.files:
            allowed = f"a plan with its {STACK}"
            remedy = "Send the release's commit through the pipeline again."
            raise InvalidInputError([Problem("ledger", "RELEASE", plan.folder, allowed, remedy)])
        folder.mkdir()
        for name in {STACK, _LOCK} & set(plan.files):
            (folder / name).write_bytes(ledger.file(plan, name))

    @property
    def files(self) -> dict[str, bytes]:
        """What the ledger keeps of it."""
        return {path.name: path.read_bytes() for path in sorted(self.folder.glob("*")) if path.is_file()}

    @property
    def model(self) -> str:
        """The name of its SageMaker model."""
        (model,) = self._resources(self._read(), _MODEL)
        return str(model["name"])

    def avoid(self, taken: Collection[Named]) -> None:
        """Give what is called as in ``taken`` another name.

        An update that SageMaker rolled back leaves the old model in the state as an object to be destroyed.
        That is done last, and until then no other model can have its name.
        """
        stack = self._read()
        for copy in self._resources(stack, _COPY):
            old = copy["key"]
            while (_COPY, copy["key"]) in taken:
                path = PurePosixPath(copy["key"])
                copy["key"] = str(path.parent / _digest(copy["key"]) / path.name)
            for model in self._resources(stack, _MODEL):
                container = model["primary_container"]
                if container["model_data_url"] == f"s3://{copy['bucket']}/{old}":
                    container["model_data_url"] = f"s3://{copy['bucket']}/{copy['key']}"
        for model in self._resources(stack, _MODEL):
            while (_MODEL, model["name"]) in taken:
                model["name"] = f"{model['name'].rpartition('-')[0]}-{_digest(model['name'])}"
        (self.folder / STACK).write_text(json.dumps(stack, indent=2), encoding="utf-8")

    def _read(self) -> Any:
        return json.loads((self.folder / STACK).read_text(encoding="utf-8"))

    @staticmethod
    def _resources(stack: Any, kind: str) -> list[Any]:
        return list(stack["resource"].get(kind, {}).values())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
