"""What is looked at: the settings of every example, and the account that they name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from mlops.spec.settings import Project, Settings


@dataclass(frozen=True)
class SetUp:
    """``examples`` is not empty; ``session`` has the credentials that the pipelines are deployed with."""

    root: Path
    examples: tuple[Settings, ...]
    session: boto3.Session

    @property
    def project(self) -> Project:
        """``mlops.toml``."""
        return self.examples[0].project

    @property
    def region(self) -> str:
        """The region that everything is deployed to."""
        return self.project.aws.region

    def client(self, service: str) -> Any:
        """A boto3 client in the project's region."""
        return self.session.client(service, region_name=self.region)
