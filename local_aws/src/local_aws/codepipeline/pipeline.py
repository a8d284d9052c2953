"""A pipeline at work: its executions, and the gates in front of its stages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from local_aws.codepipeline.declaration import PARALLEL, SUPERSEDED
from local_aws.codepipeline.execution import IN_PROGRESS, ActionExecution, Execution, StageExecution


class ExecutionEndedError(Exception):
    """An execution does not enter a stage: it was stopped or superseded on the way."""


@dataclass
class Transition:
    """Whether executions may enter a stage."""

    enabled: bool = True
    reason: str = ""
    changed_by: str = ""
    changed_at: float = 0.0


@dataclass
class Gate:
    """The way into one stage: who is in it, who waits, who was there last."""

    transition: Transition = field(default_factory=Transition)
    occupant: Execution | None = None
    waiting: list[Execution] = field(default_factory=list)
    latest: StageExecution | None = None
    actions: dict[str, ActionExecution] = field(default_factory=dict)


class Pipeline:
    """One pipeline's executions, oldest first, and its gates by stage.

    A stage holds one execution at a time, but for the mode PARALLEL. Of those that wait, the mode
    QUEUED lets in the first; in the mode SUPERSEDED a newer one takes the place of an older one.
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
    """

    def __init__(self, account_id: str, region: str, name: str) -> None:
        self.account_id = account_id
        self.region = region
        self.name = name
        self.executions: dict[str, Execution] = {}
        self.tokens: dict[str, str] = {}
        self._gates: dict[str, Gate] = {}
        self.changed = threading.Condition(threading.RLock())

    def gate(self, stage: str) -> Gate:
        """The gate of a stage, open and empty at first."""
        with self.changed:
            return self._gates.setdefault(stage, Gate())

    def line_up(self, execution: Execution, stage: str) -> None:
        """Take a place in front of a stage, behind those that wait there; ``enter`` does so by itself."""
        gate = self.gate(stage)
        with self.changed:
            if execution.declaration.mode == SUPERSEDED:
                for older in gate.waiting:
                    older.become("Superseded", f"superseded by {execution.id}")
                gate.waiting.clear()
            gate.waiting.append(execution)
            self.changed.notify_all()

    def enter(self, execution: Execution, stage: str, closing: Callable[[], bool]) -> StageExecution:
        """Wait in front of a stage, then be in it; ``closing`` says whether the server stops.

        Raises:
            ExecutionEndedError: the execution is not to go on.
        """
        gate = self.gate(stage)
        mode = execution.declaration.mode
        with self.changed:
            if execution not in gate.waiting and execution.status == IN_PROGRESS:
                self.line_up(execution, stage)
            while not self._may_enter(execution, gate, mode):
                ended = execution.status != IN_PROGRESS or execution.stopping.is_set()
                if ended or closing():
                    gate.waiting = [other for other in gate.waiting if other is not execution]
                    raise ExecutionEndedError
                self.changed.wait(1)
            gate.waiting.remove(execution)
            gate.occupant = execution
            gate.latest = execution.stages.get(stage) or StageExecution(stage, execution.id)
            gate.latest.status = IN_PROGRESS
            execution.stages[stage] = gate.latest
            return gate.latest

    def leave(self, execution: Execution, stage: str) -> None:
        """Make room in a stage."""
        with self.changed:
            gate = self.gate(stage)
            if gate.occupant is execution:
                gate.occupant = None
            self.changed.notify_all()

    def set_transition(self, stage: str, enabled: bool, reason: str, changed_by: str) -> None:
        """Open or close the way into a stage."""
        with self.changed:
            self.gate(stage).transition = Transition(enabled, reason, changed_by, time.time())
            self.changed.notify_all()

    def notify(self) -> None:
        """Let those that wait look again."""
        with self.changed:
            self.changed.notify_all()

    @staticmethod
    def _may_enter(execution: Execution, gate: Gate, mode: str) -> bool:
        if execution not in gate.waiting or not gate.transition.enabled or execution.stopping.is_set():
            return False
        if mode == PARALLEL:
            return True
        return gate.occupant is None and gate.waiting[0] is execution
