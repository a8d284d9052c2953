"""moto, at the end of the chain: what it does not implement is a client's error with the operation's name."""

from __future__ import annotations

from functools import cache
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from local_aws.exchange import Exchange
from local_aws.hooks import Call, ServiceError


class MotoApp:
    """Answers what reaches it."""

    def __init__(self) -> None:
        self._app = _Dispatcher(create_backend_app)

    def __call__(self, exchange: Exchange) -> Response:
        """moto's reply, not yet drawn from its stream: an object of S3 may be huge.

        Raises:
            ServiceError: moto does not implement the operation.
        """
        try:
            body, status, headers = run_wsgi_app(self._app, exchange.environ)
        except NotImplementedError as error:
            raise _not_implemented(exchange.call) from error
        response = Response(body, status, headers)
        if (
            response.status_code in (404, 405)
            and exchange.environ["REQUEST_METHOD"] != "HEAD"
            and _is_flasks_own(response)
        ):
            raise _not_implemented(exchange.call)
        return response


class _Dispatcher(DomainDispatcherApplication):
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
        "The README of sagemaker-local-aws lists what it does.",
    )


def _is_flasks_own(response: Response) -> bool:
    """Whether a 404 or 405 is about the URL, not about a resource."""
    body = response.get_data()
    return not body or body.startswith(b"<!doctype html>")
