"""Executions followed by somebody who reads along."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from functools import partial
from queue import SimpleQueue
from typing import Any

from local_aws.codepipeline.engine import CodePipeline
from local_aws.codepipeline.execution import IN_PROGRESS, STOPPING, Execution
from local_aws.codepipeline.pipeline import Pipeline
from local_aws.codepipeline.progress import Progress
from local_aws.command import command
from local_aws.hooks import Call, Reply, ServiceError
from local_aws.runtime import Runtime


class Watch:
    """Tells of several executions at once, each as it goes on."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def reply(self, told: Iterable[str], followed: list[Progress]) -> Reply:
        """What has been told already, then the executions' lines as they come, as JSON lines."""
        return Reply(self._lines(list(told), followed), "application/jsonl")

    def _lines(self, told: list[str], followed: list[Progress]) -> Iterator[bytes]:
        for text in told:
            yield _line(text=text)
        for text in self._follow(followed):
            yield _line(text=text)
        failed = [progress.pipeline.name for progress in followed if not progress.well]
        if failed:
            yield _line(text=f"FAILED: {', '.join(failed)}. What was pushed stays pushed.")
        yield _line(well=not failed)

    def _follow(self, followed: list[Progress]) -> Iterator[str]:
        lines: SimpleQueue[str | None] = SimpleQueue()
        left = threading.Event()

        def closing() -> bool:
            return left.is_set() or self._runtime.stopping.is_set()

        def tell(progress: Progress) -> None:
            try:
                for line in progress.lines(closing):
                    lines.put(line)
            finally:
                lines.put(None)

        for progress in followed:
            name = f"following {progress.execution.id}"
            self._runtime.start_thread(name, partial(tell, progress), lines.put)
        running = len(followed)
        try:
            while running:
                line = lines.get()
                if line is None:
                    running -= 1
                else:
                    yield line
            if self._runtime.stopping.is_set():
                yield "The local AWS stops, and with it what runs."
        finally:
            left.set()


class Follow:
    """Follows what runs already, for those who come later."""

    def __init__(self, engine: CodePipeline, runtime: Runtime) -> None:
        self._engine = engine
        self._watch = Watch(runtime)
        self._command = partial(command, runtime.folder)

    def follow(self, call: Call) -> Reply:
        """Follow the pipeline of a name, or else every one: what runs, of a named one else its last run.

        Raises:
            ServiceError: there is no such pipeline.
        """
        name = call.params.get("pipeline")
        pipelines = [pipeline for pipeline in self._engine.pipelines() if name in (None, pipeline.name)]
        if name and not pipelines:
            known = ", ".join(pipeline.name for pipeline in self._engine.pipelines()) or "none"
            raise ServiceError(
                "PipelineNotFoundException", f"There is no pipeline {name}; there are: {known}"
            )
        found = [
            Progress(pipeline, execution, self._command)
            for pipeline in pipelines
            for execution in _running(pipeline) or (_last(pipeline) if name else [])
        ]
        return self._watch.reply([] if found else ["No pipeline runs."], found)


def _running(pipeline: Pipeline) -> list[Execution]:
    executions = list(pipeline.executions.values())
    return [execution for execution in executions if execution.status in (IN_PROGRESS, STOPPING)]


def _last(pipeline: Pipeline) -> list[Execution]:
    return list(pipeline.executions.values())[-1:]


def _line(**told: Any) -> bytes:
    return f"{json.dumps(told)}\n".encode()
