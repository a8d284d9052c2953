"""``<example>-qa`` and ``<example>-prod``: one release, served."""

from __future__ import annotations

from typing import Literal

from cdktf import TerraformOutput
from constructs import Construct

from mlops.constructs.model_endpoint import ModelEndpoint, ModelEndpointConfig
from mlops.spec import Release, Settings
from mlops.stacks.base import ExampleStack


class EndpointStack(ExampleStack):
    """The endpoint of one environment.

    Raises:
        InvalidInputError: with everything in the release that AWS would refuse.
    """

    def __init__(
        self, scope: Construct, environment: Literal["qa", "prod"], settings: Settings, release: Release
    ) -> None:
        remote = settings.names_in(environment).primary is not None
        super().__init__(scope, environment, settings, environment, remote=remote)
        endpoint = settings.example.endpoint.of(environment)
        config = ModelEndpointConfig(
            names=self.names, environment=environment, release=release, endpoint=endpoint
        )
        serving = ModelEndpoint(self, "endpoint", config)
        TerraformOutput(self, "endpoint-name", value=serving.name)
        TerraformOutput(self, "release-id", value=release.release_id)
