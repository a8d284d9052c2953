"""An asynchronous endpoint, asked through S3: a request goes into its inputs, the answer is waited for.

https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-invoke-endpoint.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from mlops.serving.client import INVOKED_BY, Endpoint, EndpointError, RefusedError, Request, client_error
from mlops.serving.options import Invocation

# Between two looks for an answer; the pause grows, since an endpoint without an instance takes minutes.
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.05, 5.0, 1.5
_SHORTEST_TTL = 60
_QUOTED = 300


@dataclass(frozen=True)
class _Object:
    """An object in S3, or a folder that ends with a slash."""

    bucket: str
    key: str

    @classmethod
    def of(cls, uri: str) -> _Object:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return cls(bucket, key)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


class AsynchronousEndpoint:
    """``endpoint``, whose answers go to the S3 location ``answers``; the gate's inputs go beside it.

    Inputs are deleted again. Answers and failures stay with those of other callers, which the gate may
    read but not delete.
    """

    def __init__(self, endpoint: Endpoint, answers: str, options: Invocation) -> None:
        self._name = endpoint.name
        self._runtime = endpoint.client("sagemaker-runtime")
        self._s3 = endpoint.client("s3")
        self._inputs = _Object.of(f"{answers.rstrip('/').rpartition('/')[0]}/inputs/gate/")
        self._seconds = options.asynchronous_seconds

    def invoke(self, request: Request) -> bytes:
        """The model's reply.

        Raises:
            RefusedError: the container answered with an error, or SageMaker refused the call.
            EndpointError: no answer in time, or S3 does not take or give what it should.
        """
        source = _Object(self._inputs.bucket, f"{self._inputs.key}{uuid4()}")
        try:
            self._s3.put_object(Bucket=source.bucket, Key=source.key, Body=request.body)
            try:
                return self._wait(*self._ask(source, request.content_type))
            finally:
                self._s3.delete_object(Bucket=source.bucket, Key=source.key)
        except (BotoCoreError, ClientError) as error:
            raise EndpointError(str(error)) from error

    def _ask(self, source: _Object, content_type: str) -> tuple[_Object, _Object | None]:
        """Where the answer and a failure will be."""
        try:
            reply = self._runtime.invoke_endpoint_async(
                EndpointName=self._name,
                InputLocation=str(source),
                ContentType=content_type,
                CustomAttributes=INVOKED_BY,
                RequestTTLSeconds=max(self._seconds, _SHORTEST_TTL),
                InvocationTimeoutSeconds=self._seconds,
            )
        except ClientError as error:
            raise client_error(error.response) from error
        failure = reply.get("FailureLocation")
        return _Object.of(reply["OutputLocation"]), _Object.of(failure) if failure else None

    def _wait(self, answer: _Object, failure: _Object | None) -> bytes:
        deadline, pause = time.monotonic() + self._seconds, _FIRST_PAUSE
        while time.monotonic() < deadline:
            if self._is_there(answer):
                return self._read(answer)
            if failure and self._is_there(failure):
                left = self._read(failure)[:_QUOTED].decode(errors="replace")
                raise RefusedError(f"the container answered with an error: {left}")
            time.sleep(pause)
            pause = min(pause * _GROWTH, _LONGEST_PAUSE)
        raise EndpointError(f"no answer in {self._seconds} seconds at {answer}")

    def _is_there(self, place: _Object) -> bool:
        # Whoever may list a folder only, and not the whole bucket, gets 403 for an object that is not there.
        found = self._s3.list_objects_v2(Bucket=place.bucket, Prefix=place.key, MaxKeys=1)
        return bool(found["KeyCount"])

    def _read(self, place: _Object) -> bytes:
        return bytes(self._s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read())
