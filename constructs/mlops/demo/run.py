"""The demo's steps, in order."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from mlops.demo.approval import decision
from mlops.demo.approve import Approve
from mlops.demo.board import Board, Status
from mlops.demo.checkout import Checkout
from mlops.demo.deployment import Deployment
from mlops.demo.execution import Action, Execution
from mlops.demo.summary import Summary
from mlops.spec import Settings
from mlops.toolchain.processes import Processes

_STATUS: dict[str, Status] = {"Succeeded": "done", "Failed": "failed", "Abandoned": "stopped"}


class Run:
    """One run of one example on the local AWS."""

    def __init__(
        self, root: Path, settings: Settings, folder: Path, approve: Approve, console: Console
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._approve = approve
        self._console = console
        self._names = settings.names
        self._processes = Processes()
        self._checkout = Checkout(root, self._processes)
        self._deployment = Deployment(root, folder, [settings], self._processes)
        self._server = self._deployment.server

    def to_the_end(self, keep: bool) -> int:
        """Run every step; returns the exit code: 0, or 1 where the pipeline did not succeed.

        With ``keep`` the local AWS goes on running after success; one that ran before goes on after a failure
        too, for what it serves is still good. An interrupt stops it in any case.
        """
        interrupted = succeeded = False
        try:
            succeeded, execution, elapsed = self._release()
            summary = Summary(self._console, self._settings, self._server, self._artifacts(execution))
            keep = keep and (succeeded or self._server.ran_before)
            if succeeded:
                summary.success(elapsed, keep)
            else:
                summary.failure(execution, keep)
        except KeyboardInterrupt:
            interrupted = True
            self._processes.interrupt()
            raise
        finally:
            if interrupted or not (keep and (succeeded or self._server.ran_before)):
                self._server.stop()
        return 0 if succeeded else 1

    def _release(self) -> tuple[bool, Execution, float]:
        """Whether PROD serves the release, the pipeline's execution, and the seconds it all took."""
        with Board(self._console) as board:
            self._checkout.check()
            self._deployment.start(board)
            self._push(board)
            self._deployment.apply(board)
            execution = self._start()
            self._follow(board, execution)
            return execution.status() == "Succeeded", execution, board.elapsed

    def _push(self, board: Board) -> None:
        source = self._settings.project.source
        with board.step("Set up", "git push") as row:
            row.note = self._checkout.push(self._server.repository(source.full_repository_id), source.branch)

    def _start(self) -> Execution:
        """The execution that creating the pipeline began, else a new one."""
        codepipeline = self._server.client("codepipeline")
        pipeline = self._names.pipeline
        running = [
            execution["pipelineExecutionId"]
            for execution in codepipeline.list_pipeline_executions(pipelineName=pipeline)[
                "pipelineExecutionSummaries"
            ]
            if execution["status"] == "InProgress"
        ]
        started = (
            running[0]
            if running
            else codepipeline.start_pipeline_execution(name=pipeline)["pipelineExecutionId"]
        )
        return Execution(self._server.client, pipeline, started)

    def _follow(self, board: Board, execution: Execution) -> None:
        decided = False
        for actions in execution.follow():
            for action in actions:
                board.set(action.stage, action.name, _STATUS.get(action.status, "running"), _note(action))
            waiting = next((a for a in actions if a.name == "Approve" and a.status == "InProgress"), None)
            if waiting is not None and not decided:
                decided = True
                execution.save_artifacts(self._artifacts(execution))
                if self._approve is Approve.ASK:
                    board.pause()
                approved, why = decision(self._console, self._approve, self._artifacts(execution))
                board.resume()
                execution.decide(waiting.stage, waiting.name, approved, why)
        execution.save_artifacts(self._artifacts(execution))

    def _artifacts(self, execution: Execution) -> Path:
        return self._folder / "runs" / execution.id


def _note(action: Action) -> str:
    """What a person wants to know of an action at a glance: its first line."""
    told = [value for name, value in action.output_variables.items() if name.endswith("_SUMMARY")]
    text = " ".join(told) or action.summary
    return text.strip().splitlines()[0] if text.strip() else ""
