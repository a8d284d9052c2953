"""CodeBuild actions: a build with the action's artifacts, and its end as the action's.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html
"""

from __future__ import annotations

import json
from typing import Any

from local_aws.codebuild.build import SUCCEEDED, Build
from local_aws.codebuild.engine import CodeBuild
from local_aws.codebuild.job import PipelineJob
from local_aws.codepipeline.execution import ActionError
from local_aws.codepipeline.task import AbandonedError, Task
from local_aws.hooks import ServiceError
from local_aws.iam.access import Access

_LONGEST_SUMMARY = 2048


class BuildAction:
    """Build and Test actions of the provider CodeBuild."""

    def __init__(self, engine: CodeBuild) -> None:
        self._engine = engine

    def run(self, task: Task) -> None:
        """Run a build of ``ProjectName`` to its end.

        Raises:
            ActionError: there is no such project, or the build did not succeed: phase, command, exit
                status and the last lines of its log are in the message.
        """
        request = {
            "projectName": task.setting("ProjectName"),
            "environmentVariablesOverride": _variables(task.configuration.get("EnvironmentVariables", "[]")),
        }
        project = task.account_region.arn("codebuild", f"project/{request['projectName']}")
        task.require(Access("codebuild:StartBuild", project), Access("codebuild:BatchGetBuilds", project))
        try:
            build = self._engine.start(
                task.pipeline.account_id, task.account_region.region, request, _job(task)
            )
        except ServiceError as error:
            raise ActionError("ConfigurationError", error.message) from error
        task.run.external_id = build.id
        task.run.external_url = build.url
        task.run.log_stream_arn = build.describe()["logs"].get("cloudWatchLogsArn", "")
        self._await(task, build)
        task.run.variables = dict(build.exported)
        if build.status != SUCCEEDED:
            raise ActionError("JobFailed", _reason(build))

    def _await(self, task: Task, build: Build) -> None:
        while not build.done.wait(0.25):
            try:
                task.check()
            except (ActionError, AbandonedError):
                self._engine.stop(build)
                raise


def _job(task: Task) -> PipelineJob:
    run = task.run
    primary = run.configuration.get("PrimarySource") or next(iter(run.inputs), "")
    if primary not in run.inputs:
        given = primary or "no input artifact"
        allowed = ", ".join(run.inputs) or "at least one input artifact"
        raise ActionError("InvalidConfiguration", f"PrimarySource: given {given}; allowed: {allowed}")
    sources = task.execution.source_actions
    # An artifact that a build made is of the first source's commit.
    of_primary = [s for s in sources if primary in s.outputs] or sources[:1]
    return PipelineJob(
        initiator=f"codepipeline/{task.pipeline.name}",
        primary=primary,
        inputs=run.inputs,
        outputs=run.outputs,
        resolved_source_version=of_primary[0].revision.id if of_primary and of_primary[0].revision else "",
        kms_key=task.execution.declaration.kms_key,
    )


def _variables(text: str) -> list[dict[str, str]]:
    """The action's ``EnvironmentVariables``: JSON, a list of name, value and type."""
    remedy = 'allowed: a JSON list of {"name": ..., "value": ..., "type": "PLAINTEXT"}'
    try:
        variables: Any = json.loads(text)
    except ValueError as error:
        raise ActionError("InvalidConfiguration", f"EnvironmentVariables: {error}; {remedy}") from error
    good = isinstance(variables, list) and all(
        isinstance(v, dict) and isinstance(v.get("name"), str) and isinstance(v.get("value"), str)
        for v in variables
    )
    if not good:
        raise ActionError("InvalidConfiguration", f"EnvironmentVariables: given {text}; {remedy}")
    return variables  # type: ignore[no-any-return]


def _reason(build: Build) -> str:
    phase = build.failure
    reason = f"Build terminated with state: {build.status}"
    if phase is not None:
        reason += f". Phase: {phase.name}, Code: {phase.status_code}, Message: {phase.message}"
    lines = "\n".join(build.log_tail)
    room = _LONGEST_SUMMARY - len(reason) - 30
    return (
        f"{reason}\nLast lines of the log:\n{lines[-room:]}"
        if lines and room > 0
        else reason[:_LONGEST_SUMMARY]
    )
