"""InvokeEndpoint.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote

from local_aws.hooks import Call, Reply, ServiceError
from local_aws.sagemaker.data_capture import Event
from local_aws.sagemaker.fleet import Fleet, Variant
from local_aws.sagemaker.model_server import Answer, ServerError

_MOST_BYTES = 6 << 20
_ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
_LISTED = 4096  # characters of a container's message


class Invocations:
    """Passes requests on to what serves an endpoint: ``fleet`` gives it for an endpoint's ARN."""

    def __init__(self, fleet: Callable[[str], Fleet | None]) -> None:
        self._fleet = fleet

    def invoke(self, call: Call) -> Reply:
        """The container's reply.

        Raises:
            ServiceError: there is no such endpoint or variant, it is asynchronous, or the body is above 6 MB.
        """
        name = endpoint_name(call)
        fleet = self._fleet(call.arn("sagemaker", f"endpoint/{name}"))
        if fleet is None:
            raise not_found(call, name)
        if fleet.queue is not None:
            raise ServiceError(
                "ValidationError", f"Endpoint {name} is asynchronous: call InvokeEndpointAsync."
            )
        if len(call.body) > _MOST_BYTES:
            raise ServiceError("ValidationError", f"HTTP content length exceeded {_MOST_BYTES} bytes.")
        target = call.headers.get("x-amzn-sagemaker-target-variant")
        variant = fleet.choose(target)
        if variant is None:
            raise ServiceError("ValidationError", f"Variant {target} not found for endpoint {name}.")
        answer = self._ask(call, variant)
        if answer.status >= 400:
            return _model_error(call, name, variant, answer)
        content_type = answer.headers.get("Content-Type", "application/octet-stream")
        if fleet.capture:
            fleet.capture.add(_event(call, variant, answer, content_type))
        headers = {"x-Amzn-Invoked-Production-Variant": variant.name}
        if _ATTRIBUTES in call.headers or _ATTRIBUTES in answer.headers:
            attributes = answer.headers.get(_ATTRIBUTES) or call.headers[_ATTRIBUTES]
            headers["X-Amzn-SageMaker-Custom-Attributes"] = attributes
        return Reply(answer.body, content_type, headers=headers)

    @staticmethod
    def _ask(call: Call, variant: Variant) -> Answer:
        content_type = call.headers.get("content-type") or "application/octet-stream"
        try:
            return variant.server.invoke(call.body, container_headers(call, content_type))
        except ServerError as error:
            return Answer(500, str(error).encode(), {})


def endpoint_name(call: Call) -> str:
    """The endpoint that a call of the runtime is about."""
    return unquote(call.path.split("/")[2])


def not_found(call: Call, name: str) -> ServiceError:
    """What the runtime says where there is no such endpoint."""
    return ServiceError("ValidationError", f"Endpoint {name} of account {call.account_id} not found.")


def container_headers(call: Call, content_type: str) -> dict[str, str]:
    """What a container gets of a call's headers."""
    # SageMaker's own header wins over the plain one, which HTTP clients set unasked.
    accept = call.headers.get("x-amzn-sagemaker-accept") or call.headers.get("accept", "*/*")
    passed = {name: value for name, value in call.headers.items() if name.startswith("x-amzn-sagemaker-")}
    return {"Content-Type": content_type, "Accept": accept, **passed}


def _model_error(call: Call, endpoint: str, variant: Variant, answer: Answer) -> Reply:
    """``ModelError`` with what the container said."""
    side = "client" if answer.status < 500 else "server"
    original = answer.body.decode(errors="replace")[:_LISTED]
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    body = {
        "Message": f"Received {side} error ({answer.status}) from {variant.name} with message "
        f'"{original}". See {group} in account {call.account_id} for more information.',
        "OriginalMessage": original,
        "OriginalStatusCode": answer.status,
        "LogStreamArn": call.arn("logs", f"log-group:{group}"),
    }
    headers = {"x-amzn-ErrorType": "ModelError"}
    return Reply(json.dumps(body).encode(), "application/json", 424, headers)


def _event(call: Call, variant: Variant, answer: Answer, content_type: str) -> Event:
    return Event(
        variant.name,
        call.body,
        call.headers.get("content-type", ""),
        answer.body,
        content_type,
        call.headers.get(_ATTRIBUTES),
        datetime.now(UTC),
    )
