"""Where an image's requirements are installed: once on a machine, for every local AWS on it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from uv import find_uv_bin

from local_aws.runtime import Runtime

FOLDER_VARIABLE = "LOCAL_AWS_IMAGES"

_POLL_SECONDS = 0.5
_TAIL_LINES = 12

Say = Callable[[str], None]


class InstallError(Exception):
    """What an image runs on cannot be installed; the message ends with what the installer said."""


def cache() -> Path:
    """Where images' environments are kept: $LOCAL_AWS_IMAGES, else in the user's cache folder."""
    if given := os.environ.get(FOLDER_VARIABLE):
        return Path(given).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "local-aws" / "images"


def installed(runtime: Runtime, repository: str, requirements: Path, say: Say) -> Path:
    """The environment of a requirements file, which it alone and the interpreter determine.

    Args:
        repository: the image's, for messages.
        say: gets the installer's progress, line by line.

    Raises:
        InstallError: the installation fails.
        OSError: the folder cannot be written.
    """
    interpreter = f"{getattr(sys, '_base_executable', sys.executable)} {sys.version}"
    digest = hashlib.sha256(requirements.read_bytes() + interpreter.encode()).hexdigest()[:12]
    folder = cache() / f"{requirements.parent.name}-{digest}"
    ready = folder / ".ready"
    if not ready.is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder.with_suffix(".lock"), runtime, say):
            if not ready.is_file():
                _install(runtime, repository, requirements, folder, say)
                ready.touch()
    return folder


@contextmanager
def _locked(path: Path, runtime: Runtime, say: Say) -> Iterator[None]:
    with path.open("w") as file:
        waiting = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not waiting:
                    say("Another job is installing what this image runs on; waiting for it")
                waiting = True
                if runtime.stopping.wait(_POLL_SECONDS):
                    raise InstallError("the local AWS stopped meanwhile") from None
        yield


def _install(runtime: Runtime, repository: str, requirements: Path, folder: Path, say: Say) -> None:
    say(f"Installing what the image {repository} runs on, once on this machine, into {folder}")
    started = time.monotonic()
    uv, python = find_uv_bin(), str(folder / "bin/python")
    # Where no process may keep what it compiled, each would compile TensorFlow anew.
    compiled = ["--compile-bytecode"] if sys.dont_write_bytecode else []
    for command in (
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
        [
            uv,
            "pip",
            "install",
            *compiled,
            "--python",
            python,
            *_hashes(requirements),
            "-r",
            str(requirements),
        ],
    ):
        last: deque[str] = deque(maxlen=_TAIL_LINES)
        process = runtime.start_process(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None  # noqa: S101 - it was started with a pipe
        with process.stdout as output:
            for raw in output:
                last.append(raw.decode(errors="replace").rstrip())
                say(last[-1])
        runtime.stop_process(process)
        if process.returncode:
            said = "\n".join(last)
            raise InstallError(
                f"What the image {repository} runs on cannot be installed into {folder}{_hint()}. "
                f"The installer's last lines:\n{said}"
            )
    say(f"Installed in {time.monotonic() - started:.0f} s")


def _hashes(requirements: Path) -> list[str]:
    """As pip has it: one hash in the file makes all of them compulsory."""
    return ["--require-hashes"] if "--hash=" in requirements.read_text(encoding="utf-8") else []


def _hint() -> str:
    """AWS's training toolkit comes as source."""
    if shutil.which("cc") or shutil.which("gcc"):
        return ""
    return (
        "; it builds a C extension and this machine has no C compiler (Debian: apt install build-essential)"
    )
