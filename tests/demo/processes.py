"""What still runs of a project."""

from __future__ import annotations

from pathlib import Path


def running_in(project: Path) -> list[str]:
    """The processes whose folder or command line is of the project."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            about = f"{(process / 'cwd').readlink()} {(process / 'cmdline').read_bytes()!r}"
        except OSError:
            continue
        if str(project) in about:
            found.append(about)
    return found
