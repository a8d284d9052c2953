"""What a statement leaves: the result's columns and rows, or lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_aws.athena.values import text_column
from local_aws.hooks import Params


@dataclass
class Outcome:
    """Rows come in batches as they are computed; ``lines`` are a utility statement's."""

    columns: list[Params] = field(default_factory=list)
    batches: Iterable[Sequence[Sequence[Any]]] = ()
    lines: Iterable[str] = ()
    update_count: int = 0
    written: list[str] = field(default_factory=list)  # objects that a statement wrote


def text(column: str, lines: Iterable[str]) -> Outcome:
    """A utility statement's one column of text."""
    return Outcome(columns=[text_column(column)], lines=lines)
