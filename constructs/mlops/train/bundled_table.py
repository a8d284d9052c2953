"""Write a table that comes with a library, once: the ``fetch_data`` of an example that downloads nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console


def fetch(what: str, rows: Callable[[], pl.DataFrame], file: Path) -> None:
    """The command line: write ``rows`` as CSV to ``file``, or another ``--path``, unless they are there."""

    def main(path: Annotated[Path, typer.Option(help="the file to write")] = file) -> None:
        """Write the data from the library's own copy, unless it is there already."""
        console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        content = rows().write_csv()
        try:
            if path.is_file() and path.read_text(encoding="utf-8") == content:
                console.print(f"{what} are in {path} already; nothing to do.")
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        except OSError as error:
            reason = error.strerror or error
            console.print(f"{what} cannot be written to {path}: {reason}. Choose another --path.")
            raise typer.Exit(1) from error
        console.print(f"{what} are in {path}.")

    typer.run(main)
