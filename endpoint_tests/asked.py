"""How a deployed endpoint is asked: at once, or through the queue that it was configured with."""

from __future__ import annotations

from endpoint_tests.asynchronous import AsynchronousEndpoint
from endpoint_tests.client import Asked, Deployment, Endpoint
from endpoint_tests.gate_file import Invocation


def asked(endpoint: Endpoint, deployment: Deployment, options: Invocation) -> Asked:
    """The endpoint as its configuration wants to be asked."""
    if deployment.answers is None:
        return endpoint
    return AsynchronousEndpoint(endpoint, deployment.answers, options)
