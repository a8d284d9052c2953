"""How a deployed endpoint is asked: at once, or through its queue; as a whole, or one of its variants."""

from __future__ import annotations

from dataclasses import dataclass

from mlops.serving.asynchronous import AsynchronousEndpoint
from mlops.serving.client import Deployment, Endpoint, Invokable, Request
from mlops.serving.options import Invocation


@dataclass(frozen=True)
class EndpointVariant:
    """One of an endpoint's variants, whatever share of the traffic it gets."""

    endpoint: Endpoint
    variant: str

    def invoke(self, request: Request) -> bytes:
        """The variant's reply; raises as ``Endpoint.invoke``."""
        return self.endpoint.invoke(request, self.variant)


def invokable(endpoint: Endpoint, deployment: Deployment, options: Invocation) -> Invokable:
    """The endpoint as its configuration wants to be asked."""
    if deployment.answers is None:
        return endpoint
    return AsynchronousEndpoint(endpoint, deployment.answers, options)


def variants_of(endpoint: Endpoint, deployment: Deployment, options: Invocation) -> dict[str, Invokable]:
    """By name, each of several variants; an endpoint with one variant as a whole, with an empty name."""
    if len(deployment.variants) < 2:
        return {"": invokable(endpoint, deployment, options)}
    return {variant: EndpointVariant(endpoint, variant) for variant in deployment.variants}
