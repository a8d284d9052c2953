"""CodePipeline: pipelines that really run, stage by stage."""

from __future__ import annotations

from local_aws.codepipeline.api import Api
from local_aws.codepipeline.engine import CodePipeline
from local_aws.codepipeline.pushes import Pushes
from local_aws.codepipeline.watch import Follow
from local_aws.hooks import Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Answer CodePipeline's operations on executions; CodeBuild must have registered before."""
    engine = CodePipeline(runtime)
    runtime.provide(engine)
    Api(hooks, engine)
    hooks.handle("", "POST /local-aws/pushes", Pushes(engine, runtime).receive)
    hooks.handle("", "POST /local-aws/follow", Follow(engine, runtime).follow)
