"""Arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _known_examples(incomplete: str) -> list[str]:
    from mlops.cli.project import known_examples

    return known_examples(incomplete)


#: Left out, the only example, or the one that is chosen at the terminal.
Example = Annotated[
    str | None,
    typer.Argument(
        help="A folder of examples/; may be left out where there is one.",
        autocompletion=_known_examples,
        show_default=False,
    ),
]
WorkFolder = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        help="The work folder; left out, .work in the repository.",
        resolve_path=True,
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: everything, as JSON.")]
