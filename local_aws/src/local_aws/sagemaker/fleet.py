"""The model servers of one endpoint configuration, one for each production variant."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from local_aws.account_region import AccountRegion
from local_aws.hooks import Params
from local_aws.runtime import Runtime
from local_aws.sagemaker import execution_role
from local_aws.sagemaker.async_queue import AsyncQueue
from local_aws.sagemaker.async_request import AsyncRequest
from local_aws.sagemaker.data_capture import DataCapture
from local_aws.sagemaker.execution_role import ExecutionRoleError
from local_aws.sagemaker.model_server import Answer, ModelServer, ServerError
from local_aws.sagemaker.moto_state import now

_STARTUP_SECONDS = 300


@dataclass(frozen=True)
class Variant:
    """A production variant and the server that answers for it."""

    name: str
    config: Params
    image: str
    server: ModelServer


class Fleet:
    """What serves an endpoint.

    Args:
        models: moto's models by name.
        config: moto's endpoint configuration.

    Attributes:
        account_region: where it acts, in the execution role of its models.
        queue: where the requests of an asynchronous endpoint wait; None of any other.

    Raises:
        ServerError: a variant's server does not come up; none is left running.
    """

    def __init__(
        self, runtime: Runtime, account_region: AccountRegion, endpoint: str, config: Any, models: Any
    ) -> None:
        self.config = config
        self.variants: list[Variant] = []
        self._random = random.Random()  # noqa: S311 - shares traffic out, guards nothing
        self._runtime = runtime
        self._folder = runtime.folder / "sagemaker/endpoints" / endpoint / uuid4().hex[:8]
        capture = config.data_capture_config
        self.account_region = account_region
        self.capture: DataCapture | None = None
        self.queue: AsyncQueue | None = None
        try:
            for variant in config.production_variants:
                self.variants.append(self._start(account_region, endpoint, variant, models))
            for started in self.variants:
                self._wait(started)
            if capture.get("EnableCapture"):
                self.capture = DataCapture(runtime, self.account_region, endpoint, capture)
            if config.async_inference_config:
                asynchronous = config.async_inference_config
                self.queue = AsyncQueue(runtime, self.account_region, endpoint, asynchronous, self._ask)
        except BaseException:
            self.stop()
            raise
        self.weights = {
            variant.name: float(variant.config["InitialVariantWeight"]) for variant in self.variants
        }
        self.instances = {
            variant.name: int(variant.config.get("InitialInstanceCount", 0)) for variant in self.variants
        }

    def choose(self, target: str | None) -> Variant | None:
        """A variant by weight, or the one asked for; None where there is none of that name."""
        if target is not None:
            return next((variant for variant in self.variants if variant.name == target), None)
        return self._by_weight()

    def describe(self) -> list[Params]:
        """``ProductionVariants`` of DescribeEndpoint."""
        return [self._describe(variant) for variant in self.variants]

    def stop(self, *, drain: bool = False) -> None:
        """End every server, after the invocations under way or waiting where ``drain`` is set."""
        if self.queue:
            self.queue.close(drain=drain)
        for variant in self.variants:
            variant.server.stop(drain=drain)
        if self.capture:
            self.capture.close()

    def _by_weight(self) -> Variant:
        weights = [self.weights[variant.name] for variant in self.variants]
        return self._random.choices(self.variants, weights)[0] if any(weights) else self.variants[0]

    def _ask(self, request: AsyncRequest, body: bytes) -> Answer:
        return self._by_weight().server.invoke(body, request.headers, request.timeout_seconds)

    def _start(self, account_region: AccountRegion, endpoint: str, config: Params, models: Any) -> Variant:
        name, model = config["VariantName"], models.get(config["ModelName"])
        if model is None:
            raise ServerError(f"Could not find model {config['ModelName']} of production variant {name}.")
        containers = [model.primary_container] if model.primary_container else model.containers
        if len(containers) != 1:
            raise ServerError(f"model {config['ModelName']}: the local AWS runs models of one container only")
        log = f"/aws/sagemaker/Endpoints/{endpoint}", f"{name}/i-{uuid4().hex[:17]}"
        try:
            account_region = execution_role.assume(
                self._runtime, account_region, model.execution_role_arn, model.arn
            )
            execution_role.check_image(self._runtime, account_region, containers[0].get("Image", ""))
            self.account_region = account_region
            server = ModelServer(self._runtime, account_region, containers[0], self._folder / name, log)
        except (ExecutionRoleError, ServerError) as error:
            raise ServerError(
                f"Failed to start the container of production variant {name}: {error}"
            ) from error
        return Variant(name, config, containers[0]["Image"], server)

    def _wait(self, variant: Variant) -> None:
        seconds = variant.config.get("ContainerStartupHealthCheckTimeoutInSeconds", _STARTUP_SECONDS)
        try:
            variant.server.wait_until_ready(seconds, self._runtime.stopping)
        except ServerError as error:
            raise ServerError(
                f"The primary container for production variant {variant.name} did not pass the ping health "
                f"check: {error}"
            ) from error

    def _describe(self, variant: Variant) -> Params:
        described: Params = {
            "VariantName": variant.name,
            "DeployedImages": [{"SpecifiedImage": variant.image, "ResolutionTime": now()}],
            "CurrentWeight": self.weights[variant.name],
            "DesiredWeight": self.weights[variant.name],
        }
        if "ServerlessConfig" in variant.config:
            serverless = variant.config["ServerlessConfig"]
            return described | {"CurrentServerlessConfig": serverless, "DesiredServerlessConfig": serverless}
        instances = self.instances[variant.name]
        return described | {"CurrentInstanceCount": instances, "DesiredInstanceCount": instances}
