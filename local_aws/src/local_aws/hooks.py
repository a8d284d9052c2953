"""What an engine plugs into: AWS operations answered, rewritten or followed up around moto.

An engine registers a function per operation, keyed by the *signing* service name and the API's own
operation name (``("codepipeline", "StartPipelineExecution")``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from local_aws.account_region import AccountRegion

Params = dict[str, Any]


class ServiceError(Exception):
    """An AWS error reply: ``code`` as the service's API reference names it, and an HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Call:
    """One request to an AWS API, as an engine sees it.

    ``query`` holds the URL's parameters, and a query-protocol operation's own (``Action`` and its like).
    """

    service: str
    operation: str
    account_id: str
    region: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    access_key: str = ""

    @property
    def params(self) -> Params:
        """The parameters of a JSON-protocol operation; ``{}`` for an empty body."""
        return dict(json.loads(self.body)) if self.body else {}

    def with_params(self, params: Params) -> Call:
        """The same call with other parameters, for a rewrite."""
        return self.replace(body=json.dumps(params).encode())

    def replace(self, **changes: Any) -> Call:
        """The same call with other values of its fields."""
        return replace(self, **changes)

    @property
    def account_region(self) -> AccountRegion:
        """The account and the region that the call is made in."""
        return AccountRegion(self.account_id, self.region)

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this call's account and region."""
        return self.account_region.arn(service, resource)


@dataclass(frozen=True)
class Reply:
    """A reply that is not JSON, such as an endpoint's prediction; one in parts is sent as they come."""

    body: bytes | Iterable[bytes]
    content_type: str = "application/octet-stream"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Guard(Protocol):
    """What decides whether a call may be made; ``ServiceError`` refuses it."""

    def admit(self, call: Call) -> None:
        """Let the call through, or not."""

    def mask_not_found(self, call: Call) -> None:
        """Let the caller know that what the call names is not there, or not."""


Handle = Callable[[Call], "Params | Reply"]
Before = Callable[[Call], Call]
After = Callable[[Call, Params], Params]
Transform = Callable[[Call, bytes], bytes]


class Hooks:
    """The operations that are not moto's alone; ``guard`` is asked before any call is answered.

    * ``handle``: the engine answers, moto never sees the call.
    * ``before``: the call is mended on its way to moto; raise ``ServiceError`` to refuse it.
    * ``after``: moto has stored the object; the engine sees the successful JSON reply and may change
      it, or moto's object behind it, before the client sees either. Runs only on success.
    * ``transform``: the same for a reply that is not JSON, such as S3's XML: its body in, its body out.
    """

    def __init__(self) -> None:
        self.guard: Guard | None = None
        self._own: dict[tuple[str, str], Handle] = {}
        self._before: dict[tuple[str, str], list[Before]] = {}
        self._after: dict[tuple[str, str], list[After]] = {}
        self._recast: dict[tuple[str, str], Transform] = {}

    def handle(self, service: str, operation: str, handler: Handle) -> None:
        """Answer an operation entirely; a second owner of the same operation is a programming error."""
        if (service, operation) in self._own:
            raise ValueError(f"{service}:{operation} has an owner already")
        self._own[service, operation] = handler

    def before(self, service: str, operation: str, handler: Before) -> None:
        """Mend a call before moto sees it; several run in the order of registration."""
        self._before.setdefault((service, operation), []).append(handler)

    def after(self, service: str, operation: str, handler: After) -> None:
        """Follow up moto's successful JSON reply; several run in the order of registration."""
        self._after.setdefault((service, operation), []).append(handler)

    def transform(self, service: str, operation: str, handler: Transform) -> None:
        """Follow up moto's successful reply where it is not JSON; one for each operation."""
        self._recast[service, operation] = handler

    def owner(self, service: str, operation: str) -> Handle | None:
        """The engine's answer for an operation, if one owns it."""
        return self._own.get((service, operation))

    def concern(self, call: Call) -> bool:
        """Whether any engine has a hand in this call, so that its body must be read."""
        key = call.service, call.operation
        return any(key in hooks for hooks in (self._own, self._before, self._after, self._recast))

    def rewrite(self, call: Call) -> Call:
        """The call as moto is to see it."""
        for handler in self._before.get((call.service, call.operation), []):
            call = handler(call)
        return call

    def follow_up(self, call: Call, body: bytes) -> bytes:
        """moto's successful reply as the client is to see it."""
        key = call.service, call.operation
        if key in self._recast:
            return self._recast[key](call, body)
        if key not in self._after:
            return body
        reply: Params = json.loads(body or b"{}")
        for handler in self._after[key]:
            reply = handler(call, reply)
        return json.dumps(reply).encode()
