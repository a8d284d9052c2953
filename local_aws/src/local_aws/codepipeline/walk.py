"""An execution's way through its stages."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

from local_aws.codepipeline.declaration import Action, Stage
from local_aws.codepipeline.execution import (
    ABANDONED,
    FAILED,
    IN_PROGRESS,
    STOPPED,
    SUCCEEDED,
    ActionError,
    ActionExecution,
    Execution,
    StageExecution,
)
from local_aws.codepipeline.limits import Limits
from local_aws.codepipeline.pipeline import ExecutionEndedError, Pipeline
from local_aws.codepipeline.task import AbandonedError, Provider, Task
from local_aws.codepipeline.variables import resolve
from local_aws.runtime import Runtime

log = logging.getLogger("local_aws")


class Walk:
    """Takes one execution from a stage to the end, in the calling thread."""

    def __init__(
        self,
        runtime: Runtime,
        providers: Mapping[tuple[str, str], Provider],
        limits: Limits,
        pipeline: Pipeline,
        execution: Execution,
    ) -> None:
        self._runtime = runtime
        self._providers = providers
        self._limits = limits
        self._pipeline = pipeline
        self._execution = execution

    def run(self, first: str | None = None) -> None:
        """Run the stages from ``first`` on; of a stage that is retried, what has not succeeded."""
        execution = self._execution
        stages = execution.declaration.stages
        start = next((index for index, stage in enumerate(stages) if stage.name == first), 0)
        for stage in stages[start:]:
            try:
                stay = self._pipeline.enter(execution, stage.name, self._runtime.stopping.is_set)
            except ExecutionEndedError:
                if execution.stopping.is_set():
                    execution.become(STOPPED, execution.stop_reason or "")
                self._pipeline.notify()
                return
            try:
                stay.status = self._run_stage(stage, stay)
                if stay.status != SUCCEEDED:
                    execution.become(stay.status, self._summary(stay))
                    return
            finally:
                self._pipeline.leave(execution, stage.name)
        execution.become(SUCCEEDED)
        self._pipeline.notify()

    def fail(self, reason: str) -> None:
        """The last resort, when the walk itself broke."""
        for stay in self._execution.stages.values():
            if stay.status == IN_PROGRESS:
                stay.status = FAILED
            self._pipeline.leave(self._execution, stay.name)
        self._execution.become(FAILED, f"local AWS: {reason}")
        self._pipeline.notify()

    def task(self, action: Action) -> Task:
        """A new run of an action, not yet part of the execution."""
        run = ActionExecution(action, self._execution.id)
        return Task(self._runtime, self._pipeline, self._execution, run, self._limits.seconds(action))

    def _run_stage(self, stage: Stage, stay: StageExecution) -> str:
        for step in stage.steps:
            if self._execution.stopping.is_set():
                return STOPPED
            due = [a for a in step if a.name not in stay.actions or stay.actions[a.name].status != SUCCEEDED]
            tasks = [self.task(action) for action in due]
            threads = [threading.Thread(target=self._run_action, args=(t, stay), daemon=True) for t in tasks]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            statuses = {task.run.status for task in tasks}
            if ABANDONED in statuses:
                return STOPPED
            if FAILED in statuses:
                return FAILED
        return SUCCEEDED

    def _run_action(self, task: Task, stay: StageExecution) -> None:
        """Run one action; whatever happens, it ends with a status and a reason."""
        run, execution = task.run, self._execution
        execution.actions.append(run)
        stay.actions[run.action.name] = run
        self._pipeline.gate(stay.name).actions[run.action.name] = run
        self._pipeline.notify()
        try:
            self._prepare(task)
            self._provider(run.action).run(task)
        except AbandonedError:
            run.end(ABANDONED)
        except ActionError as error:
            run.end(FAILED, error)
        except Exception as error:
            log.exception("action %s of %s failed", run.action.name, self._pipeline.name)
            run.end(FAILED, ActionError("InternalError", f"local AWS: {type(error).__name__}: {error}"))
        else:
            execution.artifacts |= run.outputs
            if run.action.namespace:
                execution.namespaces[run.action.namespace] = run.variables
            run.end(SUCCEEDED)
        execution.updated = time.time()
        self._pipeline.notify()

    def _prepare(self, task: Task) -> None:
        run, execution = task.run, self._execution
        missing = [name for name in run.action.inputs if name not in execution.artifacts]
        if missing:
            raise ActionError(
                "InvalidConfiguration", f"no action before made the artifact {', '.join(missing)}"
            )
        run.inputs = {name: execution.artifacts[name] for name in run.action.inputs}
        run.outputs = {name: task.new_artifact(name) for name in run.action.outputs}
        built_in = {
            "codepipeline": {"PipelineExecutionId": execution.id},
            "variables": execution.variables,
        }
        run.configuration = run.action.shown_configuration
        run.configuration = resolve(run.action.configuration, built_in | execution.namespaces)

    def _provider(self, action: Action) -> Provider:
        provider = self._providers.get(action.kind)
        if provider is None:
            known = ", ".join(sorted("/".join(kind) for kind in self._providers))
            given = "/".join(action.kind)
            raise ActionError(
                "InvalidConfiguration", f"action type: given {given}; the local AWS has: {known}"
            )
        return provider

    def _summary(self, stay: StageExecution) -> str:
        if stay.status == STOPPED:
            return self._execution.stop_reason or ""
        failed = [run for run in stay.actions.values() if run.status == FAILED and run.error is not None]
        return "; ".join(
            f"{stay.name}, {run.action.name}: {run.error.message}" for run in failed if run.error
        )
