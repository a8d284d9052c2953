"""The WSGI application in front of moto: names each AWS operation and runs the engines' hooks."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import uuid4

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from local_aws.faults import reason
from local_aws.hooks import Call, Hooks, Params, Reply, ServiceError
from local_aws.protocols import Environ, error_response, put_body, read_body, read_call, with_body

log = logging.getLogger("local_aws")

_LOOPBACK_NAMES = ("localhost", ".localhost", "127.0.0.1", "[::1]")


class Gateway:
    """moto behind the engines' hooks; a WSGI application."""

    def __init__(self, hooks: Hooks, account_id: str, host: str = "127.0.0.1") -> None:
        self._hooks = hooks
        self._account_id = account_id
        self._trusted_hosts = (*_LOOPBACK_NAMES, host)
        self._moto = _Moto(create_backend_app)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if "HTTP_ORIGIN" in environ or not host_is_trusted(environ.get("HTTP_HOST"), self._trusted_hosts):
            return _no_browsers()(environ, start_response)
        call = read_call(environ, self._account_id)
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = call.account_id
        try:
            call = self._admit(call, environ)
            response = self._answer(call, environ)
            if response.status_code == 404 and self._hooks.guard is not None:
                self._hooks.guard.mask_not_found(call)
        except ServiceError as error:
            response = error_response(call, error)
        except Exception as error:  # A client retries a 5xx for ever; a fault of ours is said once.
            log.exception("%s:%s failed", call.service, call.operation)
            response = error_response(call, ServiceError("InternalFailure", reason(error)))
        return response(environ, start_response)

    def _admit(self, call: Call, environ: Environ) -> Call:
        """The call, with its body where the guard must read it.

        Raises:
            ServiceError: the caller may not make it.
        """
        if self._hooks.guard is not None:
            if call.operation == "DeleteObjects":  # It names the objects in its body.
                call = with_body(call, environ)
            try:
                self._hooks.guard.admit(call)
            except ServiceError:
                read_body(environ)  # What is left of it would be taken for the connection's next request.
                raise
        return call

    def _answer(self, call: Call, environ: Environ) -> Response:
        if not self._hooks.concern(call):
            return self._ask_moto(call, environ)
        call = with_body(call, environ)
        owner = self._hooks.owner(call.service, call.operation)
        if owner is not None:
            return _response(owner(call))
        put_body(environ, self._hooks.rewrite(call).body)
        response = self._ask_moto(call, environ)
        if response.status_code < 300:
            response.set_data(self._hooks.follow_up(call, response.get_data()))
        return response

    def _ask_moto(self, call: Call, environ: Environ) -> Response:
        """moto's reply, not yet drawn from its stream: an object of S3 may be huge."""
        try:
            body, status, headers = run_wsgi_app(self._moto, environ)
        except NotImplementedError as error:
            raise _not_implemented(call) from error
        response = Response(body, status, headers)
        if (
            response.status_code in (404, 405)
            and environ["REQUEST_METHOD"] != "HEAD"
            and _is_flasks_own(response)
        ):
            raise _not_implemented(call)
        return response


class _Moto(DomainDispatcherApplication):
    """moto's own dispatcher, but a service that moto lacks is said to be lacking."""

    def __init__(self, create_app: Any) -> None:
        super().__init__(create_app)
        # At every look moto lists its own folder: a fifth of a small request.
        self._known = cache(self._find)

    def get_backend_for_host(self, host: str | None) -> Any:
        """The name of moto's backend for an AWS host name.

        Raises:
            NotImplementedError: moto has none.
        """
        return self._known(host)

    def _find(self, host: str | None) -> Any:
        if host and host.endswith((".amazonaws.com", ".api.aws")):
            url = f"http://{host}"
            if not any(pattern.match(url) for _, pattern in self.backend_url_patterns):
                raise NotImplementedError(host)
        return super().get_backend_for_host(host)


def _not_implemented(call: Call) -> ServiceError:
    return ServiceError(
        "NotImplementedException",
        f"The local AWS does not implement {call.service}:{call.operation}. "
        "local_aws/README.md lists what it does.",
    )


def _is_flasks_own(response: Response) -> bool:
    """Whether a 404 or 405 is about the URL, not about a resource."""
    body = response.get_data()
    return not body or body.startswith(b"<!doctype html>")


def _no_browsers() -> Response:
    """A web page must not reach a server that has no authentication and runs commands."""
    return Response("The local AWS answers AWS clients on this machine only, not web pages.\n", 403)


def _response(answer: Params | Reply) -> Response:
    headers = {"x-amzn-RequestId": str(uuid4())}
    if isinstance(answer, Reply):
        return Response(
            answer.body, answer.status, {**headers, **answer.headers}, content_type=answer.content_type
        )
    return Response(json.dumps(answer), 200, headers, content_type="application/x-amz-json-1.1")
