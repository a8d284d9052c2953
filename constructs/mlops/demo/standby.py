"""The local AWS with pipelines that wait for pushes: what ``mlops up`` makes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from local_aws.command import command
from local_aws.git import GitServer
from mlops.demo.board import Board
from mlops.demo.checkout import Checkout, ForeignRemoteError
from mlops.demo.deployment import Deployment
from mlops.spec import Settings
from mlops.toolchain.processes import Processes

REMOTE = "local"


class Standby:
    """The examples' pipelines on the local AWS of a work folder, and a remote that leads to them."""

    def __init__(self, root: Path, examples: Sequence[Settings], folder: Path, console: Console) -> None:
        self._examples = examples
        self._source = examples[0].project.source
        self._console = console
        self._processes = Processes()
        self._checkout = Checkout(root, self._processes)
        self._deployment = Deployment(root, folder, examples, self._processes)
        self._server = self._deployment.server

    def make(self) -> None:
        """Make what is not there yet; where it fails, what it started is stopped again."""
        made = False
        try:
            with Board(self._console) as board:
                base, remote = self._make(board)
            made = True
        except KeyboardInterrupt:
            self._processes.interrupt()
            raise
        finally:
            if not made and not self._server.ran_before:
                self._server.stop()
        self._tell(base, remote)

    def _make(self, board: Board) -> tuple[str, str]:
        """The commit that the next push is compared with, and what to push to."""
        self._checkout.check()
        self._deployment.start(board)
        git = GitServer(self._server.folder)
        repository = git.repository(self._source.full_repository_id)
        with board.step("Set up", "git remote") as row:
            try:
                row.note, remote = self._checkout.set_remote(REMOTE, repository, self._server.folder), REMOTE
            except ForeignRemoteError as error:
                row.note, remote = f"{REMOTE} leads to {error} and is left alone", str(repository)
        if not self._server.ran_before:
            # Of an earlier local AWS. A pipeline that is made while there is a commit runs at once.
            git.delete_branch(self._source.full_repository_id, self._source.branch)
        self._deployment.apply(board)
        with board.step("Set up", "base") as row:
            base = self._checkout.push_base(repository, self._source.branch)
            row.note = f"commit {base} of {self._source.branch}"
        return base, remote

    def _tell(self, base: str, remote: str) -> None:
        branch = self._source.branch
        pipelines = [settings.names.pipeline for settings in self._examples]
        busy = [name for name in pipelines if self._runs(name)]
        example = self._examples[0].example.name
        lines = [
            f"\nThe local AWS waits for pushes to {branch}: {', '.join(pipelines)}",
            f"Each starts what it changes since commit {base}. Change training/{example}, commit, and:",
            f"  {self._checkout.push_command(remote, branch)}",
        ]
        if busy:
            follow = command(self._server.folder, "follow")
            lines.append(f"Running now: {', '.join(busy)}. To follow: {follow}")
        lines.append("To stop it all: mlops down")
        for line in lines:
            self._console.print(line, soft_wrap=True, markup=False)

    def _runs(self, pipeline: str) -> bool:
        listed = self._server.client("codepipeline").list_pipeline_executions(pipelineName=pipeline)
        return any(each["status"] == "InProgress" for each in listed["pipelineExecutionSummaries"])
