"""Smithy's RPC v2 CBOR protocol, which newer SDKs speak where moto knows JSON only.

Each request is turned into its JSON equivalent and the reply back, by the service's own model.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
import cbor2
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError, ServiceModel
from werkzeug.wrappers import Response

from local_aws.exchange import Exchange, Handler
from local_aws.protocols import put_body, read_body

_PROTOCOL = "rpc-v2-cbor"
_URL = re.compile(r"/service/([^/]+)/operation/([^/]+)/?")
_EPOCH_SECONDS = 1  # RFC 8949, 3.4.2
# Where botocore calls an API otherwise than it signs for it.
_MODEL_OF_SIGNING_NAME = {"monitoring": "cloudwatch"}

_Values = Callable[[Any], Any]


def translate_cbor(exchange: Exchange, *, following: Handler) -> Response:
    """Let a CBOR client use what follows, which knows JSON."""
    environ = exchange.environ
    url = _URL.fullmatch(environ.get("PATH_INFO", ""))
    if environ.pop("HTTP_SMITHY_PROTOCOL", None) != _PROTOCOL or url is None:
        return following(exchange)
    service, operation = url.groups()
    body = read_body(environ)
    environ.update(
        PATH_INFO="/",
        RAW_URI="/",
        REQUEST_URI="/",
        CONTENT_TYPE="application/x-amz-json-1.1",
        HTTP_X_AMZ_TARGET=f"{service}.{operation}",
    )
    put_body(environ, json.dumps(cbor2.loads(body) if body else {}, default=_plain).encode())
    response = following(exchange)
    reply = json.loads(response.get_data() or b"{}")
    if response.status_code < 300:
        reply = _typed(reply, _output_shape(exchange.call.service, operation))
    response.set_data(cbor2.dumps(reply))
    response.content_type = "application/cbor"
    response.headers["smithy-protocol"] = _PROTOCOL
    return response


def _plain(value: Any) -> Any:
    """What JSON has no type for, as AWS's JSON protocols write it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} in a request")


def _typed(value: Any, shape: Any) -> Any:
    """A JSON value as the shape's CBOR type; without a shape, as it is."""
    kind = getattr(shape, "type_name", None)
    if value is None or kind is None:
        return value
    if kind == "structure":
        members = shape.members
        return {
            name: _typed(member, members.get(name)) for name, member in value.items() if member is not None
        }
    if kind == "list":
        return [_typed(item, shape.member) for item in value]
    if kind == "map":
        return {key: _typed(item, shape.value) for key, item in value.items()}
    return _SCALARS.get(kind, _unchanged)(value)


def _unchanged(value: Any) -> Any:
    return value


_SCALARS: dict[str, _Values] = {
    "blob": base64.b64decode,
    "double": float,
    "float": float,
    "integer": int,
    "long": int,
    "timestamp": lambda seconds: cbor2.CBORTag(_EPOCH_SECONDS, float(seconds)),
}


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(_MODEL_OF_SIGNING_NAME.get(service, service))


def _output_shape(service: str, operation: str) -> Any:
    """The model of an operation's reply; None for one that botocore does not know."""
    try:
        return _model(service).operation_model(operation).output_shape
    except (UnknownServiceError, OperationNotFoundError):
        return None
