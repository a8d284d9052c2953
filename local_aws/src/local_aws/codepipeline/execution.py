"""One run of a pipeline: its stages, its actions, what they made."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from local_aws.codebuild.job import S3Object
from local_aws.codepipeline.declaration import Action, Declaration

IN_PROGRESS, SUCCEEDED, FAILED = "InProgress", "Succeeded", "Failed"
STOPPING, STOPPED, ABANDONED, SUPERSEDED = "Stopping", "Stopped", "Abandoned", "Superseded"


class ActionError(Exception):
    """Why an action failed: a code as CodePipeline names it, and a message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Trigger:
    """What started an execution; ``kind`` as the API's ``TriggerType``, ``branch`` if it was a push."""

    kind: str = "StartPipelineExecution"
    detail: str = ""
    branch: str = ""


@dataclass(frozen=True)
class Revision:
    """What a source action fetched."""

    id: str
    summary: str
    url: str
    created: float


@dataclass
class ActionExecution:
    """One run of one action; a retry is another. Times are seconds since the epoch."""

    action: Action
    execution_id: str
    id: str = field(default_factory=lambda: str(uuid4()))
    status: str = IN_PROGRESS
    started: float = field(default_factory=time.time)
    updated: float = field(default_factory=time.time)
    summary: str = ""
    token: str = ""
    updated_by: str = ""
    external_id: str = ""
    external_url: str = ""
    entity_url: str = ""
    log_stream_arn: str = ""
    error: ActionError | None = None
    configuration: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, S3Object] = field(default_factory=dict)
    outputs: Mapping[str, S3Object] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    revision: Revision | None = None

    def end(self, status: str, error: ActionError | None = None) -> None:
        """Give the action its last status."""
        self.error = error
        if error is not None and not self.summary:
            self.summary = error.message
        self.updated = time.time()
        self.status = status


@dataclass
class StageExecution:
    """One execution's stay in one stage; ``actions`` holds the latest run of each action."""

    name: str
    execution_id: str
    status: str = IN_PROGRESS
    actions: dict[str, ActionExecution] = field(default_factory=dict)
    retries: int = 0


@dataclass
class Execution:
    """One execution of a pipeline; ``revisions`` overrides the commit of a source action."""

    declaration: Declaration
    trigger: Trigger
    variables: Mapping[str, str]
    revisions: Mapping[str, str]
    id: str = field(default_factory=lambda: str(uuid4()))
    status: str = IN_PROGRESS
    summary: str = ""
    started: float = field(default_factory=time.time)
    updated: float = field(default_factory=time.time)
    artifacts: dict[str, S3Object] = field(default_factory=dict)
    namespaces: dict[str, Mapping[str, str]] = field(default_factory=dict)
    stages: dict[str, StageExecution] = field(default_factory=dict)
    actions: list[ActionExecution] = field(default_factory=list)
    stop_reason: str | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    abandoned: threading.Event = field(default_factory=threading.Event)

    @property
    def source_actions(self) -> list[ActionExecution]:
        """The source actions that fetched a revision."""
        return [run for run in self.actions if run.revision is not None]

    def become(self, status: str, summary: str = "") -> None:
        """Change the execution's status."""
        self.summary = summary
        self.updated = time.time()
        self.status = status
