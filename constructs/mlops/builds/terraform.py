"""Terraform in a build: installed where there is none, its words in the build's log, ended in good order."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import signal
import subprocess
import tempfile
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path
from threading import Timer

from mlops.spec.problems import FailedError
from mlops.spec.variables import read_variables

RELEASES = "https://releases.hashicorp.com/terraform"
_WANTED = {
    "TERRAFORM_VERSION": (r"\d+\.\d+\.\d+", "a version of Terraform, such as 1.11.4"),
    "TERRAFORM_SHA256": (r"[0-9a-f]{64}", "the checksum of its archive, 64 hexadecimal digits"),
}
# What Terraform has for saving its state after it was told to stop.
_GRACE_SECONDS = 300
_HELD = "Error acquiring the state lock"
_LOCK_ID = re.compile(r"^[\s│|]*ID: *([0-9a-f-]{36})\s*$", re.MULTILINE)


def install_terraform(environ: Mapping[str, str], releases: str = RELEASES) -> None:
    """Put Terraform on this process's PATH, unless it is there: the version and the checksum that are given.

    Raises:
        InvalidInputError: with every variable that is missing.
        FailedError: it cannot be had, or is another.
    """
    if shutil.which("terraform"):
        return
    version, sha256 = read_variables(environ, _WANTED)
    url = f"{releases}/{version}/terraform_{version}_linux_amd64.zip"
    try:
        with urllib.request.urlopen(url, timeout=300) as answer:  # noqa: S310 - the address is ours
            body = answer.read()
    except OSError as error:
        raise FailedError(f"{url} cannot be had: {error}. Retry this action.") from error
    found = hashlib.sha256(body).hexdigest()
    if found != sha256:
        raise FailedError(f"{url} has the checksum {found}, not {sha256}: nothing of it was run.")
    folder = tempfile.mkdtemp(prefix="terraform-")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        Path(archive.extract("terraform", folder)).chmod(0o755)
    os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])


class Terraform:
    """Terraform in a stack's ``folder``; ``said`` is all that it has said, ``stopped`` whether the build was.

    A build that is stopped sends TERM to all its processes: Terraform saves its state and frees the lock, and
    this process must outlive it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.said = ""
        self.stopped = False
        signal.signal(signal.SIGTERM, self._stop)

    def run(self, *arguments: str, seconds: float | None = None) -> bool:
        """Run a command, for ``seconds`` at most, after which it has five minutes to save its state.

        Whether it succeeded.
        """
        process = subprocess.Popen(  # noqa: S603
            ["terraform", *arguments],  # noqa: S607 - install_terraform
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        timers = (
            [Timer(seconds, process.terminate), Timer(seconds + _GRACE_SECONDS, process.kill)]
            if seconds
            else []
        )
        for timer in timers:
            timer.start()
        try:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                self.said += line
            return process.wait() == 0
        finally:
            for timer in timers:
                timer.cancel()

    def held_lock(self, where: str) -> str | None:
        """Who holds the state's lock and how it is freed in ``where``; None unless that is what failed."""
        if _HELD not in self.said:
            return None
        found = _LOCK_ID.search(self.said)
        return (
            "Another run holds the state's lock: 'Lock Info' above says who, since when, and its ID.\n"
            f"Wait for that run. If it is dead, free the lock in {where} with\n"
            f"  terraform force-unlock {found.group(1) if found else '<ID>'}"
        )

    def _stop(self, *_: object) -> None:
        self.stopped = True
