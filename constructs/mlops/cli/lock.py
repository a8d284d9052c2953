"""``mlops lock``."""

from __future__ import annotations

import typer


def lock() -> None:
    """Write the hashed locks anew, with the newest versions.

    requirements.txt and requirements-dev.txt, of the files that end in .in; where the library's own builds
    pin a version, that.

    \b
    Example:
      mlops lock && git diff --stat

    Exit code: 0 written; 1 they cannot be resolved; 2 bad input.
    """
    from mlops.cli.project import enter_project
    from mlops.template.lock import write_lock

    write_lock(enter_project(), upgrade=True)
    typer.echo("requirements.txt and requirements-dev.txt are written.")
