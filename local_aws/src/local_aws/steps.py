"""The steps that requests pass, in the order of ``chain.py``."""

from __future__ import annotations

import json
import logging
from typing import Protocol
from uuid import uuid4

from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wrappers import Response

from local_aws.exchange import Exchange, Handler, Step
from local_aws.faults import reason
from local_aws.hooks import Call, Hooks, Params, Reply, ServiceError
from local_aws.protocols import error_response, put_body, read_body, read_call, with_body

log = logging.getLogger("local_aws")

_LOOPBACK_NAMES = ("localhost", ".localhost", "127.0.0.1", "[::1]")


class Guard(Protocol):
    """What decides whether a call may be made; ``ServiceError`` refuses it."""

    def admit(self, call: Call) -> None:
        """Let the call through, or not."""

    def mask_not_found(self, call: Call) -> None:
        """Let the caller know that what the call names is not there, or not."""


def refuse_web_pages(host: str) -> Step:
    """Answer programs on this machine only: no ``Origin``, no host but loopback and ``host``."""
    trusted = (*_LOOPBACK_NAMES, host)

    def step(exchange: Exchange, *, following: Handler) -> Response:
        if "HTTP_ORIGIN" in exchange.environ or not host_is_trusted(
            exchange.environ.get("HTTP_HOST"), trusted
        ):
            return Response("The local AWS answers AWS clients on this machine only, not web pages.\n", 403)
        return following(exchange)

    return step


def identify(account_id: str) -> Step:
    """Find the call: whose account, in which region, which operation of which service.

    Args:
        account_id: the account of whoever signs with no known key.
    """

    def step(exchange: Exchange, *, following: Handler) -> Response:
        exchange.call = read_call(exchange.environ, account_id)
        exchange.environ["HTTP_X_MOTO_ACCOUNT_ID"] = exchange.call.account_id
        return following(exchange)

    return step


def reply_with_errors(exchange: Exchange, *, following: Handler) -> Response:
    """Turn what is raised into the error that the call's protocol has for it."""
    call = exchange.call
    try:
        return following(exchange)
    except ServiceError as error:
        return error_response(call, error)
    except Exception as error:  # A client retries a 5xx for ever; a fault of ours is said once.
        log.exception("%s:%s failed", call.service, call.operation)
        return error_response(call, ServiceError("InternalFailure", reason(error)))


def authorize(guard: Guard | None) -> Step:
    """Refuse what the caller may not do; without a guard everybody may do everything."""

    def step(exchange: Exchange, *, following: Handler) -> Response:
        if guard is not None:
            if exchange.call.operation == "DeleteObjects":  # It names the objects in its body.
                exchange.call = with_body(exchange.call, exchange.environ)
            try:
                guard.admit(exchange.call)
            except ServiceError:
                # What is left of it would be taken for the connection's next request.
                read_body(exchange.environ)
                raise
        return following(exchange)

    return step


def mask_not_found(guard: Guard | None) -> Step:
    """Refuse to say that something is missing to a caller who may not know."""

    def step(exchange: Exchange, *, following: Handler) -> Response:
        response = following(exchange)
        if guard is not None and response.status_code == 404:
            guard.mask_not_found(exchange.call)
        return response

    return step


def run_hooks(hooks: Hooks) -> Step:
    """Run what is registered for the operation, around whatever follows or in its stead."""

    def step(exchange: Exchange, *, following: Handler) -> Response:
        found = hooks.of(exchange.call)
        if found is None:
            return following(exchange)
        call = exchange.call = with_body(exchange.call, exchange.environ)
        if found.handle is not None:
            return _response(found.handle(call))
        if found.before is not None:
            exchange.call = found.before(call)
            put_body(exchange.environ, exchange.call.body)
        response = following(exchange)
        if response.status_code < 300 and found.transform is not None:
            response.set_data(found.transform(call, response.get_data()))
        if response.status_code < 300 and found.after is not None:
            reply: Params = json.loads(response.get_data() or b"{}")
            response.set_data(json.dumps(found.after(call, reply)).encode())
        return response

    return step


def _response(answer: Params | Reply) -> Response:
    headers = {"x-amzn-RequestId": str(uuid4())}
    if isinstance(answer, Reply):
        return Response(
            answer.body, answer.status, {**headers, **answer.headers}, content_type=answer.content_type
        )
    return Response(json.dumps(answer), 200, headers, content_type="application/x-amz-json-1.1")
