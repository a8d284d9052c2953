"""Where an endpoint's parts are found: its names, its variant, its folders in the model bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mlops_spec import Names


@dataclass(frozen=True)
class EndpointPlace:
    """The endpoint of ``environment``."""

    # AWS cannot rename a variant in an update: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
    VARIANT: ClassVar[str] = "AllTraffic"

    names: Names
    environment: str

    @property
    def name(self) -> str:
        """The endpoint's."""
        return self.names.endpoint(self.environment)

    @property
    def scalable_resource(self) -> str:
        """The variant, as Application Auto Scaling names it."""
        return f"endpoint/{self.name}/variant/{self.VARIANT}"

    def asynchronous_folder(self, of: str) -> str:
        """Where an asynchronous endpoint's ``inputs``, ``answers`` or ``failures`` are."""
        return self.names.asynchronous_folder(self.environment, of)
