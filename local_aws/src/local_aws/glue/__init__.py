"""Glue: crawlers that infer tables from S3 objects, custom classifiers. The catalogue itself is moto's."""

from __future__ import annotations

from local_aws.glue.classifiers import Classifiers
from local_aws.glue.crawlers import Crawlers
from local_aws.hooks import Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Plug Glue's engine in."""
    classifiers = Classifiers()
    classifiers.register(hooks)
    Crawlers(runtime, classifiers).register(hooks)
