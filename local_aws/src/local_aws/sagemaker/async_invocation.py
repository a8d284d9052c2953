"""InvokeEndpointAsync: takes a request in, and says where its answer will be.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

from local_aws.hooks import Call, Reply, ServiceError
from local_aws.s3_location import S3Location
from local_aws.sagemaker.async_request import AsyncRequest
from local_aws.sagemaker.fleet import Fleet
from local_aws.sagemaker.invocation import container_headers, endpoint_name, not_found

_PREFIX = "x-amzn-sagemaker-"
_MOST_INLINE_BYTES = 128_000
# How long a request may wait and take, in seconds: the least, the most, and where nothing is said.
_TTL = (60, 21_600, 21_600)
_TIMEOUT = (1, 3600, 900)
_UNKNOWN = ("s3outputpathextension", "filename")


class AsyncInvocations:
    """Puts requests into the queue of what serves an endpoint: ``fleet`` gives it for an endpoint's ARN."""

    def __init__(self, fleet: Callable[[str], Fleet | None]) -> None:
        self._fleet = fleet

    def invoke(self, call: Call) -> Reply:
        """Where the answer and a failure will be, with status 202.

        Raises:
            ServiceError: there is no such endpoint, it is not asynchronous, or a parameter is wrong.
        """
        name = endpoint_name(call)
        fleet = self._fleet(call.arn("sagemaker", f"endpoint/{name}"))
        if fleet is None:
            raise not_found(call, name)
        if fleet.queue is None:
            raise _invalid(f"Endpoint {name} is not asynchronous: call InvokeEndpoint.")
        request = _request(call)
        fleet.queue.put(request)
        failure = fleet.queue.failure_of(request)
        headers = {"X-Amzn-SageMaker-OutputLocation": str(fleet.queue.answer_of(request))}
        if failure:
            headers["X-Amzn-SageMaker-FailureLocation"] = str(failure)
        body = json.dumps({"InferenceId": request.inference_id}).encode()
        return Reply(body, "application/json", 202, headers)


def _request(call: Call) -> AsyncRequest:
    for parameter in _UNKNOWN:
        if _PREFIX + parameter in call.headers:
            raise _invalid(f"The local AWS does not know the parameter {parameter}.")
    content_type = call.headers.get(f"{_PREFIX}content-type") or "application/octet-stream"
    return AsyncRequest(
        inference_id=call.headers.get(f"{_PREFIX}inference-id") or str(uuid4()),
        payload=_payload(call),
        headers=container_headers(call, content_type),
        ttl_seconds=_seconds(call, "requestttlseconds", *_TTL),
        timeout_seconds=_seconds(call, "invocationtimeoutseconds", *_TIMEOUT),
    )


def _payload(call: Call) -> bytes | S3Location:
    uri = call.headers.get(f"{_PREFIX}inputlocation")
    if bool(uri) == bool(call.body):
        raise _invalid("Exactly one of InputLocation and Body must be given.")
    if uri is None:
        if len(call.body) > _MOST_INLINE_BYTES:
            raise _invalid(f"Body has more than {_MOST_INLINE_BYTES} bytes.")
        return call.body
    try:
        return S3Location.parse(uri)
    except ValueError as error:
        raise _invalid(f"InputLocation: {error}.") from error


def _seconds(call: Call, parameter: str, least: int, most: int, otherwise: int) -> int:
    given = call.headers.get(_PREFIX + parameter)
    if given is None:
        return otherwise
    if not given.isdecimal() or not least <= int(given) <= most:
        raise _invalid(f"{parameter} must be {least} to {most}, not {given}.")
    return int(given)


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)
