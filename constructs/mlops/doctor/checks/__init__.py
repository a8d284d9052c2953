"""The checks, in the order in which a person would fix what they find."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from mlops.doctor.checks import account, elsewhere, images, quotas, source, state, subscription, tools
from mlops.doctor.finding import Finding
from mlops.doctor.set_up import SetUp


class Check(Protocol):
    """A module that looks at one thing and changes nothing."""

    SUBJECT: str

    def look(self, set_up: SetUp) -> Iterable[Finding]:
        """What is found. botocore's own errors may pass: they are told as what could not be looked at."""


ON_THE_MACHINE: tuple[Check, ...] = (tools,)
# Without the right account, nothing of the rest means anything.
FIRST: Check = account
IN_THE_ACCOUNT: tuple[Check, ...] = (state, source, subscription, images, quotas, elsewhere)
