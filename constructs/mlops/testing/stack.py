"""A synthesized stack, as tests see it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mlops.testing.normalise import normalised
from mlops.testing.rules import problems


@dataclass(frozen=True)
class Stack:
    """One stack of ``cdktf.out``.

    Attributes:
        name: as Terraform and the folder have it: ``churn-pipeline``.
        file: its ``cdk.tf.json``.
    """

    name: str
    file: Path

    @cached_property
    def terraform(self) -> dict[str, Any]:
        """The file, parsed: ``resource``, ``data``, ``provider``, ``terraform``, ``output``."""
        return dict(json.loads(self.file.read_text(encoding="utf-8")))

    @property
    def content(self) -> Any:
        """What a snapshot keeps: the same on every machine, and readable."""
        return normalised(self.terraform)

    def resources(self, kind: str) -> dict[str, Any]:
        """The resources of one type, such as ``aws_s3_bucket``, by identifier."""
        return dict(self.terraform.get("resource", {}).get(kind, {}))

    def problems(self) -> list[str]:
        """What breaks a rule that every stack keeps: :mod:`mlops.testing.rules`."""
        return problems(self.name, self.terraform)
