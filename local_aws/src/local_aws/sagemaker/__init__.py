"""SageMaker that really trains and serves: moto keeps the objects, processes do the work.

Training jobs, tuning jobs, models, endpoint configurations, endpoints and their invocation. An image is
run by its local equivalent (``local_aws/images``), not by the image itself.
"""

from __future__ import annotations

from local_aws.hooks import Hooks
from local_aws.runtime import Runtime
from local_aws.sagemaker import endpoint_configs, endpoints, models, training_jobs, tuning_jobs


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Plug the engines in."""
    for part in (models, endpoint_configs, endpoints, training_jobs, tuning_jobs):
        part.register(hooks, runtime)
