"""An execution told line by line, as far as it goes without a person."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from local_aws.codepipeline.execution import (
    ABANDONED,
    FAILED,
    IN_PROGRESS,
    STOPPED,
    STOPPING,
    SUCCEEDED,
    SUPERSEDED,
    ActionExecution,
    Execution,
)
from local_aws.codepipeline.pipeline import Gate, Pipeline

Command = Callable[..., str]

_SIGNS = {IN_PROGRESS: "…", SUCCEEDED: "✓", FAILED: "✗", ABANDONED: "■"}
_SUMMARY = "_SUMMARY"
_BUILD_PAGE = re.compile(r"/codebuild/home\?.*#/builds/([^/]+)/view")
_LONGEST_WAIT_SECONDS = 1.0


@dataclass
class Progress:
    """What there is to tell of one execution; ``command`` writes a command of this local AWS.

    An exported variable whose name ends in ``_SUMMARY`` is what its action is said to have done.
    """

    pipeline: Pipeline
    execution: Execution
    command: Command
    well: bool = True
    _told: dict[str, str] = field(default_factory=dict)

    def lines(self, closing: Callable[[], bool]) -> Iterator[str]:
        """Tell what happens as it does, until the execution has ended or waits for a person."""
        while not closing():
            with self.pipeline.changed:
                news = [f"{self.pipeline.name}  {line}" for line in self._news()]
                last = [f"{self.pipeline.name}  {line}" for line in self._last()]
                if not news and not last:
                    self.pipeline.changed.wait(_LONGEST_WAIT_SECONDS)
            yield from news
            yield from last
            if last:
                return

    def _news(self) -> Iterator[str]:
        for run in self.execution.actions:
            if self._told.get(run.id) != run.status:
                self._told[run.id] = run.status
                yield from _action(run)
                if run.status == FAILED and run.log_stream_arn:
                    yield f"  | The whole log: {self.command('logs', run.external_id)}"
        behind = self._behind()
        if behind is not None and self._told.get(behind[0]) != behind[1]:
            self._told[behind[0]] = behind[1]
            yield f"… {behind[0]:<9} waits: {behind[1]}"

    def _behind(self) -> tuple[str, str] | None:
        """The stage that the execution waits in front of, and why."""
        found = self._queue()
        if found is None:
            return None
        stage, gate = found
        if not gate.transition.enabled:
            return stage, f"the transition into the stage is disabled: {gate.transition.reason}"
        ahead = gate.occupant or gate.waiting[0]
        return (stage, f"execution {ahead.id} goes first") if ahead is not self.execution else None

    def _queue(self) -> tuple[str, Gate] | None:
        for stage in self.execution.declaration.stages:
            gate = self.pipeline.gate(stage.name)
            if self.execution in gate.waiting:
                return stage.name, gate
        return None

    def _last(self) -> list[str]:
        """The lines to end with, if there is no more to tell for now."""
        execution = self.execution
        took = f"after {time.time() - execution.started:.0f} s"
        if execution.status == SUCCEEDED:
            return [f"✓ SUCCEEDED {took} (execution {execution.id})"]
        if execution.status not in (IN_PROGRESS, STOPPING):
            self.well = False
            sign = "✗" if execution.status == FAILED else "■"
            reason = _reason(execution) or "no reason was given"
            return [f"{sign} {execution.status.upper()} {took}: {reason} (execution {execution.id})"]
        asking = _asking(execution)
        if asking is None:
            return self._held()
        evidence = [f"| {line}" for line in [*asking.summary.splitlines(), self._seen_at(asking)] if line]
        return [*evidence, f"? WAITS FOR APPROVAL {took}: {_place(asking)}. {self._how_to_approve()}"]

    def _seen_at(self, asking: ActionExecution) -> str:
        """Where the evidence is: the log of a build instead of its page in AWS's console."""
        build = _BUILD_PAGE.search(asking.entity_url)
        return self.command("logs", build[1]) if build else asking.entity_url

    def _held(self) -> list[str]:
        """The line to end with where somebody must do something for those ahead first."""
        stage, gate = self._queue() or ("", Gate())
        if not gate.transition.enabled:
            where = f"--pipeline-name {self.pipeline.name} --stage-name {stage} --transition-type Inbound"
            return [
                f"? HELD in front of {stage}. Let it in: aws codepipeline enable-stage-transition {where}"
            ]
        if gate.occupant is None or _asking(gate.occupant) is None:
            return []
        ahead = f"behind execution {gate.occupant.id}, which waits for approval"
        return [f"? QUEUED in front of {stage} {ahead}. {self._how_to_approve()}"]

    def _how_to_approve(self) -> str:
        approve = self.command("approve", self.pipeline.name)
        return f"Approve: {approve} (or refuse: --reject)"


def _action(run: ActionExecution) -> Iterator[str]:
    """A line for an action that has begun or ended, and what a failed one said last."""
    took = "" if run.status == IN_PROGRESS else f"{run.updated - run.started:.1f} s"
    note = _note(run) if run.status in (SUCCEEDED, FAILED) else ""
    sign = _SIGNS.get(run.status, "■")
    yield f"{sign} {run.action.stage:<9} {run.action.name:<9} {took:>8}  {note}".rstrip()
    if run.status == FAILED:
        said = run.error.message if run.error else run.summary
        yield from (f"  | {line}" for line in said.splitlines()[1:])


def _note(run: ActionExecution) -> str:
    told = [value for name, value in run.variables.items() if name.endswith(_SUMMARY)]
    return _first_line(" ".join(told) or (run.error.message if run.error else _commit(run) or run.summary))


def _commit(run: ActionExecution) -> str:
    message = run.variables.get("CommitMessage")
    return "" if message is None else f"{run.variables['CommitId'][:12]} {_first_line(message)}"


def _reason(execution: Execution) -> str:
    if execution.status in (SUPERSEDED, STOPPED):
        return execution.summary
    failed = [run for run in execution.actions if run.status == FAILED]
    return f"{_place(failed[-1])}: {_note(failed[-1])}" if failed else execution.summary


def _asking(execution: Execution) -> ActionExecution | None:
    """The approval that an execution waits for, if it waits for nothing else."""
    running = [run for run in execution.actions if run.status == IN_PROGRESS]
    return running[0] if running and all(run.token and not run.updated_by for run in running) else None


def _place(run: ActionExecution) -> str:
    return f"{run.action.stage} / {run.action.name}"


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else ""
