"""CodePipeline: pipelines that really run, stage by stage."""

from __future__ import annotations

from local_aws.codepipeline.api import Api
from local_aws.codepipeline.engine import CodePipeline
from local_aws.hooks import Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Answer CodePipeline's operations on executions; CodeBuild must have registered before."""
    engine = CodePipeline(runtime)
    runtime.provide(engine)
    Api(hooks, engine)
