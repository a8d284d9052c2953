"""Where a resource lives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """A session's keys."""

    access_key_id: str
    secret_access_key: str
    session_token: str


@dataclass(frozen=True)
class AccountRegion:
    """An account and a region in it; who acts there with a role's ``credentials`` has its rights only."""

    account_id: str
    region: str
    credentials: Credentials | None = field(default=None, repr=False)

    def arn(self, service: str, resource: str) -> str:
        """An ARN here."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"

    def problems(self) -> Iterator[str]:
        """What is no account id or no region, each with its remedy."""
        if not re.fullmatch(r"\d{12}", self.account_id):
            yield f"account-id: given {self.account_id}; allowed: 12 digits. Correct it."
        if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", self.region):
            yield f"region: given {self.region}; allowed: an AWS region such as eu-west-1. Correct it."
