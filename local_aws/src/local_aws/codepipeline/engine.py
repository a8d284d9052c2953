"""CodePipeline: starts, stops, retries and remembers executions."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC

from moto.backends import get_backend

from local_aws.codebuild.engine import CodeBuild
from local_aws.codepipeline.approvals import Approvals
from local_aws.codepipeline.builds import BuildAction
from local_aws.codepipeline.declaration import Action, Declaration
from local_aws.codepipeline.execution import (
    FAILED,
    IN_PROGRESS,
    STOPPING,
    Execution,
    StageExecution,
    Trigger,
)
from local_aws.codepipeline.limits import Limits
from local_aws.codepipeline.pipeline import Pipeline
from local_aws.codepipeline.sources import GitSource, S3Source
from local_aws.codepipeline.task import Provider
from local_aws.codepipeline.walk import Walk
from local_aws.git import GitServer
from local_aws.hooks import ServiceError
from local_aws.runtime import Runtime


class CodePipeline:
    """The pipelines of this server; ``limits`` may be changed at any time."""

    def __init__(self, runtime: Runtime) -> None:
        self.limits = Limits()
        self.approvals = Approvals()
        self._runtime = runtime
        self._lock = threading.Lock()
        self._pipelines: dict[tuple[str, str, str], Pipeline] = {}
        self._sources: dict[tuple[str, str], GitSource | S3Source] = {
            ("Source", "CodeStarSourceConnection"): GitSource(GitServer(runtime.folder)),
            ("Source", "GitHub"): GitSource(GitServer(runtime.folder)),
            ("Source", "S3"): S3Source(),
        }
        builds = BuildAction(runtime.engine(CodeBuild))
        self._providers: dict[tuple[str, str], Provider] = {
            **self._sources,
            ("Build", "CodeBuild"): builds,
            ("Test", "CodeBuild"): builds,
            ("Approval", "Manual"): self.approvals,
        }

    def pipeline(self, account_id: str, region: str, name: str) -> Pipeline:
        """The pipeline of a name.

        Raises:
            ServiceError: there is none.
        """
        self.declaration(account_id, region, name)
        with self._lock:
            key = account_id, region, name
            return self._pipelines.setdefault(key, Pipeline(account_id, region, name))

    def declaration(self, account_id: str, region: str, name: str) -> Declaration:
        """The pipeline as it is declared now.

        Raises:
            ServiceError: there is none.
        """
        stored = get_backend("codepipeline")[account_id][region].pipelines.get(name)
        if stored is None:
            message = f"Account '{account_id}' does not have a pipeline with name '{name}'"
            raise ServiceError("PipelineNotFoundException", message)
        return Declaration.read(stored.pipeline)

    def fed_by(self, full_repository_id: str) -> list[tuple[Pipeline, Action]]:
        """The pipelines that have a repository as a source, with the action that fetches it."""
        return [
            (each, action)
            for each in self.pipelines()
            for action in self.declaration(each.account_id, each.region, each.name).sources
            if action.repository == full_repository_id
        ]

    def pipelines(self) -> list[Pipeline]:
        """Every pipeline of every account and region."""
        names = [
            (account_id, region, name)
            for account_id, regions in list(get_backend("codepipeline").items())
            for region, backend in list(regions.items())
            for name in list(backend.pipelines)
        ]
        return [self.pipeline(*name) for name in sorted(names)]

    def times(self, pipeline: Pipeline) -> dict[str, float]:
        """When a pipeline was created and last changed, in seconds since the epoch."""
        stored = get_backend("codepipeline")[pipeline.account_id][pipeline.region].pipelines[pipeline.name]
        times = {"created": stored._created, "updated": stored._updated}
        return {name: round(moment.replace(tzinfo=UTC).timestamp(), 3) for name, moment in times.items()}

    def start(
        self,
        pipeline: Pipeline,
        trigger: Trigger,
        *,
        variables: Mapping[str, str] | None = None,
        revisions: Mapping[str, str] | None = None,
    ) -> Execution:
        """Start an execution; returns at once.

        A push starts one with ``Trigger("WebhookV2", ...)`` and ``revisions={source action: commit}``.

        Raises:
            ServiceError: a variable or source action is unknown, or a variable has no value.
        """
        declaration = self.declaration(pipeline.account_id, pipeline.region, pipeline.name)
        resolved = _variables(declaration, variables or {})
        sources = [action.name for action in declaration.sources]
        unknown = [name for name in revisions or {} if name not in sources]
        if unknown:
            allowed = f"allowed: {', '.join(sources)}"
            raise ServiceError(
                "ValidationException", f"sourceRevisions: given {', '.join(unknown)}; {allowed}"
            )
        execution = Execution(declaration, trigger, resolved, revisions or {})
        with pipeline.changed:
            pipeline.executions[execution.id] = execution
            # Now, for the order of threads is not that of starts.
            pipeline.line_up(execution, declaration.stages[0].name)
        self._walk(pipeline, execution)
        return execution

    def start_first(self, pipeline: Pipeline) -> Execution | None:
        """What AWS does when a pipeline is created; nothing where a source or variable has nothing yet."""
        declaration = self.declaration(pipeline.account_id, pipeline.region, pipeline.name)
        if None in declaration.variables.values():
            return None
        trial = Execution(declaration, Trigger(), {}, {})
        walk = Walk(self._runtime, self._providers, self.limits, pipeline, trial)
        for action in declaration.sources:
            task = walk.task(action)
            task.run.configuration = action.configuration
            if action.kind not in self._sources or not self._sources[action.kind].has_revision(task):
                return None
        return self.start(pipeline, Trigger("CreatePipeline"))

    def stop(self, pipeline: Pipeline, execution: Execution, abandon: bool, reason: str) -> None:
        """Stop an execution: after the actions that run now, or with them.

        Raises:
            ServiceError: it has ended, or is stopping already.
        """
        with pipeline.changed:
            if execution.status not in (IN_PROGRESS, STOPPING):
                message = f"Pipeline execution {execution.id} is {execution.status}, not in progress"
                raise ServiceError("PipelineExecutionNotStoppableException", message)
            if execution.stopping.is_set() and not abandon:
                message = f"Pipeline execution {execution.id} is stopping"
                raise ServiceError("DuplicatedStopRequestException", message)
            execution.stop_reason = reason
            if abandon:
                execution.abandoned.set()
            execution.stopping.set()
            execution.become(STOPPING, reason)
        pipeline.notify()

    def retry(self, pipeline: Pipeline, stay: StageExecution, *, all_actions: bool) -> None:
        """Go on from a failed stage: its failed actions, or all of them, then the stages after it.

        Raises:
            ServiceError: the stage has not failed, or another execution has been in it since.
        """
        execution = pipeline.executions[stay.execution_id]
        with pipeline.changed:
            if pipeline.gate(stay.name).latest is not stay:
                message = f"Execution {execution.id} is not the latest one in the stage {stay.name}"
                raise ServiceError("NotLatestPipelineExecutionException", message)
            if stay.status != FAILED or execution.status != FAILED:
                message = f"The stage {stay.name} of execution {execution.id} is {stay.status}, not Failed"
                raise ServiceError("StageNotRetryableException", message)
            if all_actions:
                stay.actions.clear()
            stay.retries += 1
            execution.become(IN_PROGRESS)
        self._walk(pipeline, execution, stay.name)

    def forget(self, account_id: str, region: str, name: str) -> None:
        """End what runs of a pipeline that is deleted."""
        with self._lock:
            pipeline = self._pipelines.pop((account_id, region, name), None)
        if pipeline is None:
            return
        for execution in pipeline.executions.values():
            if execution.status in (IN_PROGRESS, STOPPING):
                self.stop(pipeline, execution, abandon=True, reason="The pipeline was deleted")

    def _walk(self, pipeline: Pipeline, execution: Execution, first: str | None = None) -> None:
        walk = Walk(self._runtime, self._providers, self.limits, pipeline, execution)
        self._runtime.start_thread(f"execution {execution.id}", lambda: walk.run(first), walk.fail)


def _variables(declaration: Declaration, given: Mapping[str, str]) -> dict[str, str]:
    problems = [f"{name}: no such variable" for name in given if name not in declaration.variables]
    values = {name: given.get(name, default) for name, default in declaration.variables.items()}
    problems += [f"{name}: no value and no default" for name, value in values.items() if value is None]
    if problems:
        raise ServiceError("ValidationException", f"variables: {'; '.join(problems)}")
    return {name: value for name, value in values.items() if value is not None}
