"""The queue of an asynchronous endpoint, and the workers that hand its requests to the container.

https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.account_region import AccountRegion
from local_aws.hooks import Params
from local_aws.runtime import Runtime
from local_aws.s3_location import S3Location
from local_aws.sagemaker.async_notice import notice
from local_aws.sagemaker.async_request import AsyncRequest, Outcome
from local_aws.sagemaker.model_server import Answer, ServerError

log = logging.getLogger("local_aws")

# Where the configuration leaves it out SageMaker chooses, and does not say how many.
_CONCURRENT = 4
_MOST_BYTES = 1 << 30
_SERVER_ERROR = (
    "ClientError: Received {side} error ({status}) from model. See the SageMaker Endpoint logs in your "
    "account for more information."
)

Ask = Callable[[AsyncRequest, bytes], Answer]


class AsyncQueue:
    """Requests are answered in their order, as many at once as the configuration lets one instance take.

    Args:
        account_region: where the model's execution role reads inputs, writes answers and publishes notices.
        config: an endpoint configuration's ``AsyncInferenceConfig``.
        ask: what hands a request to the container; raises ``ServerError`` where there is no answer.
    """

    def __init__(
        self, runtime: Runtime, account_region: AccountRegion, endpoint: str, config: Params, ask: Ask
    ) -> None:
        output = config["OutputConfig"]
        self._runtime, self._place, self._endpoint, self._ask = runtime, account_region, endpoint, ask
        self._s3 = runtime.client("s3", account_region)
        self._answers = S3Location.parse(output["S3OutputPath"])
        self._failures = S3Location.parse(output["S3FailurePath"]) if output.get("S3FailurePath") else None
        self._kms_key = output.get("KmsKeyId")
        self._topics: Params = output.get("NotificationConfig") or {}
        most = (config.get("ClientConfig") or {}).get("MaxConcurrentInvocationsPerInstance") or _CONCURRENT
        self._workers = ThreadPoolExecutor(most, thread_name_prefix=f"asynchronous {endpoint}")

    def put(self, request: AsyncRequest) -> None:
        """Take a request in; returns at once."""
        self._workers.submit(self._work, request)

    def answer_of(self, request: AsyncRequest) -> S3Location:
        """Where its answer will be."""
        return self._answers.child(f"{request.file_name}.out")

    def failure_of(self, request: AsyncRequest) -> S3Location | None:
        """Where the container's error will be; None where the configuration keeps none."""
        return self._failures.child(f"{request.file_name}-error.out") if self._failures else None

    def close(self, *, drain: bool) -> None:
        """End the workers, after the requests that wait where ``drain`` is set."""
        self._workers.shutdown(wait=drain, cancel_futures=not drain)

    def _work(self, request: AsyncRequest) -> None:
        try:
            outcome = self._outcome(request)
            completed = outcome.status == "Completed"
            location = self.answer_of(request) if completed else self.failure_of(request)
            if location:
                self._put(location, outcome)
            self._tell(request, outcome, location)
        except Exception:  # A worker goes on with the next request, whatever became of this one.
            log.exception("%s: the answer to request %s is lost", self._endpoint, request.inference_id)

    def _outcome(self, request: AsyncRequest) -> Outcome:
        if request.expired:
            waited = f"ClientError: the request waited longer than {request.ttl_seconds} seconds"
            return Outcome.without_answer(waited, "Expired")
        try:
            answer = self._ask(request, self._payload(request.payload))
        except (BotoCoreError, ClientError) as error:
            return Outcome.without_answer(f"ClientError: cannot read {request.source}: {error}")
        except (ServerError, ValueError) as error:
            return Outcome.without_answer(f"ClientError: {error}")
        content_type = answer.headers.get("Content-Type", "application/octet-stream")
        if answer.status < 400:
            return Outcome("Completed", answer.body, content_type)
        side = "client" if answer.status < 500 else "server"
        reason = _SERVER_ERROR.format(side=side, status=answer.status)
        return Outcome("Failed", answer.body, content_type, reason)

    def _payload(self, payload: bytes | S3Location) -> bytes:
        if isinstance(payload, bytes):
            return payload
        found = self._s3.get_object(Bucket=payload.bucket, Key=payload.key)
        if found["ContentLength"] > _MOST_BYTES:
            raise ValueError(f"{payload} has more than {_MOST_BYTES} bytes")
        return bytes(found["Body"].read())

    def _put(self, location: S3Location, outcome: Outcome) -> None:
        encryption = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self._kms_key} if self._kms_key else {}
        )
        self._s3.put_object(
            Bucket=location.bucket,
            Key=location.key,
            Body=outcome.body,
            ContentType=outcome.content_type,
            **encryption,
        )

    def _tell(self, request: AsyncRequest, outcome: Outcome, location: S3Location | None) -> None:
        topic = self._topics.get("SuccessTopic" if outcome.status == "Completed" else "ErrorTopic")
        if topic:
            message = notice(self._place.region, self._endpoint, request, outcome, location)
            client: Any = self._runtime.client("sns", self._place)
            client.publish(TopicArn=topic, Message=message)
