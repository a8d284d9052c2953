"""CodeBuild: builds that really run, in bash on this machine."""

from __future__ import annotations

from local_aws.codebuild.api import Api
from local_aws.codebuild.engine import CodeBuild
from local_aws.codebuild.report_groups import ReportGroups
from local_aws.hooks import Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Answer CodeBuild's operations on builds, reports and report groups."""
    engine = CodeBuild(runtime, ReportGroups(hooks))
    runtime.provide(engine)
    Api(hooks, engine)
