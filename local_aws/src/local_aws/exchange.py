"""One request on its way through the chain of ``chain.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from werkzeug.wrappers import Response

from local_aws.hooks import Call
from local_aws.protocols import Environ

_UNKNOWN = Call(service="", operation="", account_id="", region="", path="", headers={}, body=b"")


@dataclass
class Exchange:
    """The request as WSGI has it, and as the AWS call that it is once it has been identified."""

    environ: Environ
    call: Call = _UNKNOWN


Handler = Callable[[Exchange], Response]


class Step(Protocol):
    """Answers a request, mostly by what ``following`` answers."""

    def __call__(self, exchange: Exchange, *, following: Handler) -> Response:
        """The reply."""
