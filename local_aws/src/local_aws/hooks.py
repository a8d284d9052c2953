"""What an engine plugs into: AWS operations handled, changed or followed up around moto.

A function is registered per operation, keyed by the *signing* service name and the API's own operation
name (``("codepipeline", "StartPipelineExecution")``). ``chain.py`` says where it runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

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


Handle = Callable[[Call], "Params | Reply"]
Before = Callable[[Call], Call]
After = Callable[[Call, Params], Params]
Transform = Callable[[Call, bytes], bytes]


@dataclass
class OperationHooks:
    """What is registered for one operation."""

    handle: Handle | None = None
    before: Before | None = None
    after: After | None = None
    transform: Transform | None = None

    @property
    def kinds(self) -> list[str]:
        """The kinds of hooks that there are."""
        return [each.name for each in fields(self) if getattr(self, each.name) is not None]


class Hooks:
    """The operations in which engines, or patches, have a hand: at most one function of each kind.

    * ``handle``: answers the call; what follows never sees it, so that no other kind may be registered.
    * ``before``: changes the call on its way to moto; raise ``ServiceError`` to refuse it.
    * ``after``: moto has stored the object; sees the successful JSON reply and may change it, or moto's
      object behind it, before the client sees either.
    * ``transform``: the same for a reply that is not JSON, such as S3's XML: its body in, its body out.
    """

    def __init__(self) -> None:
        self._operations: dict[tuple[str, str], OperationHooks] = {}

    def handle(self, service: str, operation: str, handler: Handle) -> None:
        """Answer an operation entirely.

        Raises:
            ValueError: here and below, it is registered already, or does not go with what is.
        """
        self._register(service, operation, "handle", handler)

    def before(self, service: str, operation: str, handler: Before) -> None:
        """Change or refuse a call before moto sees it."""
        self._register(service, operation, "before", handler)

    def after(self, service: str, operation: str, handler: After) -> None:
        """Follow up moto's successful JSON reply."""
        self._register(service, operation, "after", handler)

    def transform(self, service: str, operation: str, handler: Transform) -> None:
        """Follow up moto's successful reply where it is not JSON."""
        self._register(service, operation, "transform", handler)

    def of(self, call: Call) -> OperationHooks | None:
        """What is registered for a call's operation; None where nothing is."""
        return self._operations.get((call.service, call.operation))

    def conflicts(self, other: Hooks) -> Iterator[str]:
        """The operations of which both want what only one can have, each with what is registered."""
        for key in self._operations.keys() & other._operations.keys():
            ours, theirs = self._operations[key].kinds, other._operations[key].kinds
            if not _agree({*ours, *theirs}):
                yield f"{':'.join(key)}: {', '.join(ours)} in one layer and {', '.join(theirs)} in the other"

    def _register(self, service: str, operation: str, kind: str, handler: object) -> None:
        hooks = self._operations.setdefault((service, operation), OperationHooks())
        if kind in hooks.kinds or not _agree({*hooks.kinds, kind}):
            raise ValueError(f"{service}:{operation}: {kind} beside {', '.join(hooks.kinds)}")
        setattr(hooks, kind, handler)


def refuse_conflicts(engines: Hooks, patches: Hooks) -> None:
    """Hold that no hook of one layer keeps another's from ever running.

    Raises:
        ValueError: with every operation of which one does.
    """
    if found := sorted(engines.conflicts(patches)):
        raise ValueError("\n".join(found))


def _agree(kinds: set[str]) -> bool:
    return not ("handle" in kinds and len(kinds) > 1) and not {"after", "transform"} <= kinds
