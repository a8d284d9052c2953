"""What a statement leaves: the result's columns and rows, or lines of text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from local_aws.athena.values import text_column
from local_aws.hooks import Params


@dataclass
class Outcome:
    """A SELECT leaves DuckDB's ``sql``, whose rows are computed as they are written; others leave lines."""

    columns: list[Params] = field(default_factory=list)
    sql: str = ""
    lines: Iterable[str] = ()
    update_count: int = 0
    written: list[str] = field(default_factory=list)  # objects that a statement wrote


def text(column: str, lines: Iterable[str]) -> Outcome:
    """A utility statement's one column of text."""
    return Outcome(columns=[text_column(column)], lines=lines)
