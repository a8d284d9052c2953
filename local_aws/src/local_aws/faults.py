"""What a person can fix, in a sentence with its remedy."""

from __future__ import annotations

import errno
from pathlib import Path

BAD_INPUT = 2


def sentence(error: Exception, folder: Path, port: int) -> str:
    """Why the local AWS cannot start in ``folder`` on ``port``, and what to do."""
    if not isinstance(error, OSError):
        return str(error)
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} is taken. Choose another with --port, or --port 0 for any that is free."
        case errno.EADDRNOTAVAIL:
            return "This machine does not have that address. Leave --host out for 127.0.0.1."
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk of {folder} is full. Free space on it, or name another --folder."
        case errno.EACCES | errno.EPERM if error.filename is None:
            return f"Port {port} may not be used by this user. Choose one above 1023 with --port."
        case _:
            return f"{error.filename or folder}: {error.strerror}. Name another --folder, or fix that one."


def reason(error: Exception) -> str:
    """Why an operation failed inside the server, as its client is told."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full on the machine of the local AWS. Free space on it and try again."
    return f"local AWS: {type(error).__name__}: {error}"
