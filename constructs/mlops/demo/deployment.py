"""The local AWS with some examples' stacks on it: what ``mlops demo`` and ``mlops up`` have in common."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mlops.demo.board import Board
from mlops.demo.server import Server
from mlops.demo.terraform import Terraform
from mlops.spec import Settings
from mlops.toolchain import terraform_environment
from mlops.toolchain.processes import Processes

_OWN_IMAGES = "local_images.toml"


class Deployment:
    """Makes it in the work folder ``folder``, step by step, each shown on a board."""

    def __init__(self, root: Path, folder: Path, examples: Sequence[Settings], processes: Processes) -> None:
        self._root = root
        self._folder = folder
        self._names = [settings.example.name for settings in examples]
        self._processes = processes
        places = [root, *(root / "examples" / name for name in self._names)]
        images = [path for place in places if (path := place / _OWN_IMAGES).is_file()]
        self.server = Server(folder / "local-aws", examples[0].project.aws, processes, images)

    def start(self, board: Board) -> None:
        """Fetch the training data and start the local AWS.

        Raises:
            CommandError: the data cannot be had.
            ServerError: it does not start.
            ToolchainError: a tool is missing.
        """
        self._environment = terraform_environment(os.environ)
        for name in self._names:
            fetch = f"examples.{name}.fetch_data"
            if (self._root / fetch.replace(".", "/")).with_suffix(".py").exists():
                with board.step("Set up", "Training data" if len(self._names) == 1 else f"{name} data"):
                    command = [sys.executable, "-m", fetch]
                    self._processes.text(command, cwd=self._root, environment=self._environment)
        with board.step("Set up", "Local AWS") as row:
            row.note = self.server.start(self._environment)

    def apply(self, board: Board) -> None:
        """Synthesize, then deploy the state's bucket and the examples' init and pipeline stacks.

        Raises:
            DeployError: synthesis or Terraform failed.
        """
        environment = {**self._environment, **self.server.environment()}
        terraform = Terraform(
            self._root, self._folder / "cdktf.out", self._folder / "logs", environment, self._processes
        )
        with board.step("Deploy", "cdktf synth"):
            terraform.synth()

        def apply(stack: str) -> None:
            with board.step("Deploy", stack) as row:
                row.note = terraform.apply(stack)

        apply("bootstrap")
        # None refers to another.
        stacks = [f"{name}-{kind}" for name in self._names for kind in ("init", "pipeline")]
        with ThreadPoolExecutor(2) as pool:
            try:
                list(pool.map(apply, stacks))
            except KeyboardInterrupt:
                self._processes.interrupt()
                raise
