"""What a request asks for and how an error is told, in each of AWS's wire protocols.

https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote
from uuid import uuid4
from xml.sax.saxutils import escape

from botocore.exceptions import UnknownServiceError
from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from local_aws.accounts import account_of
from local_aws.hooks import Call, ServiceError

Environ = dict[str, Any]

# In the Authorization header, or in the query string of a presigned URL.
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_FORM = "application/x-www-form-urlencoded"


def read_call(environ: Environ, account_id: str) -> Call:
    """The AWS operation that a request asks for; one that is not signed has an empty service.

    The body is read where the protocol names the operation in it or keeps its parameters there; a REST
    request's (an upload to S3 may be huge) is left in the stream: see ``with_body``.
    """
    query = environ.get("QUERY_STRING", "")
    signed = f"{environ.get('HTTP_AUTHORIZATION', '')} {unquote(query)}"
    credential = _CREDENTIAL.search(signed)
    access_key, region, service = credential.groups() if credential else ("", "", "")
    call = Call(
        service=service,
        operation="",
        account_id=account_of(access_key, account_id),
        region=region,
        path=environ.get("PATH_INFO", ""),
        headers=_headers(environ),
        body=b"",
        query=_single_values(query),
        access_key=access_key,
    )
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return call.replace(operation=target.rpartition(".")[2], body=read_body(environ))
    if service != "s3" and environ.get("CONTENT_TYPE", "").startswith(_FORM):
        body = read_body(environ)
        form = {**call.query, **_single_values(body.decode(errors="replace"))}
        return call.replace(operation=form.get("Action", ""), body=body, query=form)
    return call.replace(operation=call.query.get("Action") or _rest_operation(environ, service))


def with_body(call: Call, environ: Environ) -> Call:
    """A REST call with its body read into memory."""
    return call if call.body else call.replace(body=read_body(environ))


def read_body(environ: Environ) -> bytes:
    """The whole body, whatever its framing, unzipped; ``environ`` is left able to give it again."""
    stream = environ["wsgi.input"]
    if environ.pop("wsgi.input_terminated", False):
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        body: bytes = stream.read()
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ.get("HTTP_CONTENT_ENCODING") == "gzip":
        del environ["HTTP_CONTENT_ENCODING"]
        body = gzip.decompress(body)
    put_body(environ, body)
    return body


def put_body(environ: Environ, body: bytes) -> None:
    """Let ``environ`` carry ``body``."""
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))


def error_response(call: Call, error: ServiceError) -> Response:
    """An error as the service's protocol writes it: S3's XML, the query protocol's XML, or JSON."""
    request_id = str(uuid4())
    headers = {"x-amzn-RequestId": request_id, "x-amzn-ErrorType": error.code}
    code, message = escape(error.code), escape(error.message)
    if call.service == "s3":
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message>'
            f"<RequestId>{request_id}</RequestId></Error>"
        )
        return Response(body, error.status, headers, content_type="application/xml")
    if "Action" in call.query:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Response(body, error.status, headers, content_type="text/xml")
    body = json.dumps({"__type": error.code, "message": error.message, "Message": error.message})
    return Response(body, error.status, headers, content_type="application/x-amz-json-1.1")


def _rest_operation(environ: Environ, service: str) -> str:
    """A REST request's operation from the service's model, else its method and path."""
    path = environ.get("PATH_INFO", "")
    try:
        # The runtime is the only REST API that signs as `sagemaker`.
        router = get_service_router("sagemaker-runtime" if service == "sagemaker" else service)
        # Bound to a copy: the router must not consume the stream.
        return str(router.match(Request({**environ, "wsgi.input": io.BytesIO()}))[0].name)
    except (UnknownServiceError, NotFound, NotImplementedError):
        return f"{environ.get('REQUEST_METHOD')} {path}"


def _headers(environ: Environ) -> Mapping[str, str]:
    headers = {
        key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return headers


def _single_values(encoded: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(encoded, keep_blank_values=True).items()}
