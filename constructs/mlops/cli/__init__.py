"""The command ``mlops``."""

from __future__ import annotations


def main() -> None:
    """Run the command line of this process and end it with the command's exit code."""
    from mlops.cli import interruption, output

    interruption.ends_the_process()
    output.replace_what_cannot_be_encoded()
    # Slow: what comes before it must not end in a traceback.
    from mlops.cli.app import app

    app(prog_name="mlops")
