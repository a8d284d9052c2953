"""The local AWS as a process of its own, which goes on serving after the demo has ended."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local_aws import state_file
from local_aws.git import GitServer
from local_aws.runtime import Runtime
from mlops.spec.problems import FailedError
from mlops.spec.settings import Aws
from mlops.toolchain.processes import CommandError, Processes

_STOP_SECONDS = 30.0


def stop(folder: Path) -> str | None:
    """Stop the local AWS of a folder; the address that it had, None where none runs.

    Raises:
        ServerError: it does not end.
    """
    try:
        stopped = state_file.stop(folder, _STOP_SECONDS)
    except TimeoutError as error:
        raise ServerError(f"The local AWS does not stop. {error}") from error
    return stopped.url if stopped else None


class ServerError(FailedError):
    """The local AWS did not start, or runs with other settings; the message says the remedy."""


class Server:
    """The local AWS of a work folder: started, or found running from an earlier demo (``ran_before``).

    ``images`` are the files that declare the user's own images.
    """

    def __init__(self, folder: Path, aws: Aws, processes: Processes, images: Sequence[Path] = ()) -> None:
        self.folder = folder
        self._images = [str(path) for path in images]
        self.ran_before = False
        self._in_use = False
        self._aws = aws
        self._processes = processes
        self._runtime: Runtime | None = None

    def start(self, environment: Mapping[str, str]) -> str:
        """Start it with ``environment``, unless it runs already; returns its address.

        Raises:
            ServerError: it does not start, or what runs has another account, region or other images.
        """
        running = state_file.find(self.folder)
        self.ran_before = running is not None
        if running is None:
            self._in_use = True
            self._launch(environment)
            running = state_file.find(self.folder)
        if running is None:
            raise ServerError(f"The local AWS ended as soon as it had started. Its files: {self.folder}")
        if (running.account_id, running.region) != (self._aws.account_id, self._aws.region):
            raise ServerError(
                f"A local AWS runs for account {running.account_id} in {running.region}; mlops.toml says "
                f"{self._aws.account_id} in {self._aws.region}. Stop it first: mlops down"
            )
        if missing := set(self._images) - set(running.images):
            raise ServerError(
                f"The local AWS that runs has not read {', '.join(sorted(missing))}. "
                "Stop it first: mlops down"
            )
        self._in_use = True
        self._runtime = running.runtime(self.folder)
        return running.url

    def stop(self) -> None:
        """Stop it with everything that runs on it; one that ``start`` has not come to is left alone.

        Raises:
            ServerError: it does not end.
        """
        if not self._in_use:
            return
        stop(self.folder)

    def environment(self) -> dict[str, str]:
        """The variables that point a client at it."""
        return self._running().environment()

    def client(self, service: str) -> Any:
        """A boto3 client of it."""
        return self._running().client(service)

    def repository(self, full_repository_id: str) -> Path:
        """The bare git repository that stands in for GitHub's."""
        return GitServer(self.folder).repository(full_repository_id)

    def _running(self) -> Runtime:
        if self._runtime is None:
            raise ServerError("The local AWS has not been started.")
        return self._runtime

    def _launch(self, environment: Mapping[str, str]) -> None:
        options = {"--port": "0", "--account-id": self._aws.account_id, "--region": self._aws.region}
        command = [sys.executable, "-m", "local_aws", "up", "--background", "--folder", str(self.folder)]
        command += [part for option in options.items() for part in option]
        command += [part for path in self._images for part in ("--images", path)]
        try:
            self._processes.text(command, cwd=Path.cwd(), environment=environment)
        except CommandError as error:
            raise ServerError(f"The local AWS did not start: {error}") from error
