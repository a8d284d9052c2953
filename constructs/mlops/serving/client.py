"""The endpoint as the gate sees it: what it is, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mlops.serving.caller import Caller
from mlops.serving.options import Invocation
from mlops.spec import InvalidInputError, Problem

# Real-time invocations take 6 MB: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
MAX_BODY_BYTES = 6_000_000
# Stands in captured data, so that a gate's requests can be told from customers'.
INVOKED_BY = "mlops-gate"
# SageMaker says so with a ValidationException, which it also uses for much else.
_NOT_FOUND = "Could not find endpoint"


class EndpointError(Exception):
    """The endpoint did not answer a request as it should have."""


class RefusedError(EndpointError):
    """The endpoint, or the model behind it, refused the request.

    ``status`` is the HTTP status it gave; an asynchronous endpoint tells none.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Request:
    """The body of an invocation."""

    body: bytes
    content_type: str


class Invokable(Protocol):
    """What answers requests: an endpoint, however it is asked."""

    def invoke(self, request: Request) -> bytes:
        """The model's reply.

        Raises:
            RefusedError: the model refused the request, or SageMaker did.
            EndpointError: no usable answer.
        """


@dataclass(frozen=True)
class Deployment:
    """What DescribeEndpoint and DescribeEndpointConfig say.

    ``models`` are those of its ``variants``, each once.
    ``answers`` is the S3 location of an asynchronous endpoint's answers, and None of any other.
    """

    endpoint: str
    status: str
    reason: str
    config: str
    models: tuple[str, ...]
    variants: tuple[str, ...] = ()
    answers: str | None = None


# The statuses in which an endpoint answers with what was deployed before or is deployed now.
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
SERVING = ("InService", "Updating", "SystemUpdating", "RollingBack")


class Endpoint:
    """One SageMaker endpoint, asked by ``caller`` over as many connections as ``options`` allow.

    Throttles, timeouts and unavailable replies are tried again by botocore with back-off:
    https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html

    Raises:
        InvalidInputError: no client can be made, for want of a region or of the right to take on a role.
    """

    def __init__(self, name: str, options: Invocation, caller: Caller) -> None:
        self.name = name
        self._config = Config(
            connect_timeout=min(options.timeout_seconds, 10),
            read_timeout=options.timeout_seconds,
            max_pool_connections=options.connections,
            retries={"mode": "standard", "total_max_attempts": options.attempts},
        )
        try:
            self._session = caller.session()
            self._sagemaker = self.client("sagemaker")
            self._runtime = self.client("sagemaker-runtime")
        except (BotoCoreError, ClientError, ValueError) as error:
            raise InvalidInputError([_cannot_ask(name, error)]) from error

    def client(self, service: str) -> Any:
        """A client of the caller's, with the gate's time-outs and attempts."""
        return self._session.client(service, config=self._config)

    def find(self) -> Deployment | None:
        """What is deployed; None where there is no such endpoint.

        Raises:
            InvalidInputError: it cannot be asked about.
        """
        try:
            return self._described()
        except ClientError as error:
            if _NOT_FOUND in error.response["Error"]["Message"]:
                return None
            raise InvalidInputError([_cannot_ask(self.name, error)]) from error
        except BotoCoreError as error:
            raise InvalidInputError([_cannot_ask(self.name, error)]) from error

    def describe(self) -> Deployment:
        """The endpoint's status, its configuration and the models in it.

        Raises:
            InvalidInputError: there is no such endpoint, or it cannot be asked about.
        """
        try:
            return self._described()
        except (BotoCoreError, ClientError) as error:
            raise InvalidInputError([_cannot_ask(self.name, error)]) from error

    def _described(self) -> Deployment:
        endpoint = self._sagemaker.describe_endpoint(EndpointName=self.name)
        name = endpoint.get("EndpointConfigName", "")
        config = self._sagemaker.describe_endpoint_config(EndpointConfigName=name) if name else {}
        variants = config.get("ProductionVariants", ())
        return Deployment(
            endpoint=self.name,
            status=endpoint["EndpointStatus"],
            reason=endpoint.get("FailureReason", ""),
            config=name,
            models=tuple(dict.fromkeys(variant["ModelName"] for variant in variants)),
            variants=tuple(variant["VariantName"] for variant in variants),
            answers=config.get("AsyncInferenceConfig", {}).get("OutputConfig", {}).get("S3OutputPath"),
        )

    def invoke(self, request: Request, variant: str | None = None) -> bytes:
        """The model's reply; the ``variant``'s, where there are several.

        Raises:
            RefusedError: the model refused the request, or SageMaker did with a status of 4xx.
            EndpointError: no usable answer, after all attempts.
        """
        try:
            reply = self._runtime.invoke_endpoint(
                EndpointName=self.name,
                Body=request.body,
                ContentType=request.content_type,
                CustomAttributes=INVOKED_BY,
                **({"TargetVariant": variant} if variant else {}),
            )
            return bytes(reply["Body"].read())
        except ClientError as error:
            raise client_error(error.response) from error
        except BotoCoreError as error:
            raise EndpointError(str(error)) from error


def client_error(response: Any) -> EndpointError:
    """What an error reply of the runtime means; ModelError carries the container's status beside its 424."""
    details = response["Error"]
    status = int(response.get("OriginalStatusCode") or response["ResponseMetadata"]["HTTPStatusCode"])
    message = f"{details['Code']} ({status}): {details['Message']}"
    throttled = details["Code"] in ("ThrottlingException", "TooManyRequestsException") or status == 429
    refused = details["Code"] == "ModelError" or 400 <= status < 500
    return RefusedError(message, status) if refused and not throttled else EndpointError(message)


def _cannot_ask(name: str, error: Exception) -> Problem:
    return Problem(
        "environment",
        "ENDPOINT_NAME",
        f"{name!r} ({error})",
        "an endpoint in this account and region that the build's role may describe",
        "Deploy the endpoint's stack first; if it is there, check the region and the role's"
        " sagemaker:DescribeEndpoint and sagemaker:DescribeEndpointConfig.",
    )
