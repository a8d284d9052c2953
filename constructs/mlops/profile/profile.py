"""``profile.json``: what a model was trained on, column by column."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from mlops.profile.columns import Column, column_of

PROFILE_FILE = "profile.json"


class Profile(BaseModel):
    """The columns of the training's rows.

    ``activity`` is for one-hot features: for each group, such as the users, in how many rows each of its
    features was 1. The groups' features are numbered one after another.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1] = 1
    rows: int = Field(ge=1)
    columns: dict[str, Column]
    activity: dict[str, tuple[int, ...]] = {}

    @classmethod
    def of(cls, rows: pl.DataFrame) -> Self:
        """Every column of ``rows``."""
        columns = {column.name: column_of(column) for column in rows.get_columns()}
        return cls(rows=rows.height, columns=columns)

    def write(self, folder: Path) -> None:
        """Write ``profile.json`` into ``folder``."""
        (folder / PROFILE_FILE).write_text(self.model_dump_json() + "\n", encoding="utf-8")
