"""What is in accounts or regions of its own, which the pipeline's credentials do not see."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.doctor.finding import Finding, later
from mlops.doctor.set_up import SetUp

SUBJECT = "other accounts and regions"


def look(set_up: SetUp) -> Iterator[Finding]:
    """What to do with the credentials of each."""
    for settings in set_up.examples:
        for environment in settings.remote_environments:
            names, stack = settings.names_in(environment), f"{settings.example.name}-{environment}"
            said = f"is in account {names.account_id}, {names.region}: not looked at from here"
            yield later(stack, said, f"with that account's credentials: cdktf deploy {stack}-access")
