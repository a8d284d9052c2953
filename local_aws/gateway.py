"""The WSGI application in front of moto: names each AWS operation and runs the engines' hooks."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from local_aws.hooks import Call, Hooks, Params, Reply, ServiceError

log = logging.getLogger("local_aws")

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_INVOKE = re.compile(r"/endpoints/([^/]+)/invocations$")
_MOTO_DEFAULT_ACCOUNT = "123456789012"


class Gateway:
    """moto behind the engines' hooks; a WSGI application."""

    def __init__(self, hooks: Hooks, account_id: str) -> None:
        self._hooks = hooks
        self._account_id = account_id
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        call = self._read(environ)
        if call is None:
            return self._moto(environ, start_response)  # type: ignore[no-any-return]
        try:
            response = self._answer(call, environ)
        except ServiceError as error:
            response = _error(error)
        except Exception as error:
            # A client retries a 5xx for ever; an engine's own fault is said once, with its reason.
            log.exception("%s:%s failed", call.service, call.operation)
            response = _error(ServiceError("InternalFailure", f"local AWS: {type(error).__name__}: {error}"))
        return response(environ, start_response)

    def _answer(self, call: Call, environ: dict[str, Any]) -> Response:
        owner = self._hooks.owner(call.service, call.operation)
        if owner is not None:
            return _response(owner(call))
        mended = self._hooks.rewrite(call)
        environ["wsgi.input"] = io.BytesIO(mended.body)
        environ["CONTENT_LENGTH"] = str(len(mended.body))
        try:
            body, status, headers = run_wsgi_app(self._moto, environ, buffered=True)
        except NotImplementedError as error:
            raise ServiceError(
                "NotImplementedException",
                f"The local AWS does not implement {call.service}:{call.operation}. "
                "local_aws/README.md lists what it does.",
            ) from error
        response = Response(body, status, headers)
        if response.status_code < 300 and self._hooks.wants_reply(call):
            reply: Params = json.loads(response.get_data() or b"{}")
            response.set_data(json.dumps(self._hooks.follow_up(mended, reply)))
        return response

    def _read(self, environ: dict[str, Any]) -> Call | None:
        """The call in a signed JSON-protocol request or an invocation; None leaves it to moto alone."""
        credential = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        if credential is None:
            return None
        access_key, region, service = credential.groups()
        account_id = get_account_id_from(access_key)
        if account_id == _MOTO_DEFAULT_ACCOUNT:
            account_id = self._account_id
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account_id
        path = environ.get("PATH_INFO", "")
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target:
            operation = target.rpartition(".")[2]
        elif service == "sagemaker" and _INVOKE.search(path):
            operation = "InvokeEndpoint"
        else:
            return None
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        headers = {
            key[5:].replace("_", "-").lower(): value
            for key, value in environ.items()
            if key.startswith("HTTP_")
        }
        headers["content-type"] = environ.get("CONTENT_TYPE", "")
        return Call(service, operation, account_id, region, path, headers, body)


def _response(answer: Params | Reply) -> Response:
    headers = {"x-amzn-RequestId": str(uuid4())}
    if isinstance(answer, Reply):
        return Response(
            answer.body, answer.status, {**headers, **answer.headers}, content_type=answer.content_type
        )
    return Response(json.dumps(answer), 200, headers, content_type="application/x-amz-json-1.1")


def _error(error: ServiceError) -> Response:
    headers = {"x-amzn-RequestId": str(uuid4()), "x-amzn-ErrorType": error.code}
    body = json.dumps({"__type": error.code, "message": error.message, "Message": error.message})
    return Response(body, error.status, headers, content_type="application/x-amz-json-1.1")
