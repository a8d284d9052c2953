"""Where an endpoint's parts are found: its names, and its folders in the model bucket."""

from __future__ import annotations

from dataclasses import dataclass

from mlops.constructs.endpoint_metrics import EndpointMetrics
from mlops.spec import Names
from mlops.spec.endpoint_options import ONLY_VARIANT


@dataclass(frozen=True)
class EndpointNames(EndpointMetrics):
    """The endpoint of ``environment``."""

    names: Names
    environment: str

    @property
    def name(self) -> str:
        """The endpoint's."""
        return self.names.endpoint(self.environment)

    @property
    def scalable_resource(self) -> str:
        """The only variant, as Application Auto Scaling names it."""
        return f"endpoint/{self.name}/variant/{ONLY_VARIANT}"

    def asynchronous_folder(self, of: str) -> str:
        """Where an asynchronous endpoint's ``inputs``, ``answers`` or ``failures`` are."""
        return self.names.asynchronous_folder(self.environment, of)
