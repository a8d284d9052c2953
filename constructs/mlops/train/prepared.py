"""What ``prepare`` hands to ``train``: ``prepared.json`` in the output folder."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from mlops.spec.problems import parse_json
from mlops.train.build import OUTPUT

_NAME = "prepared.json"


class PreparedData(BaseModel):
    """The prepared data: where it is, and what a release says of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    train: str = Field(description="the s3:// prefix of the training rows")
    test: str = Field(description="the s3:// prefix that training is evaluated on")
    rows: int
    train_rows: int
    held_out_rows: int
    sha256: str = Field(description="of the raw data's bytes")
    facts: dict[str, int | float | str] = Field(
        default_factory=dict,
        description="of the data, for the release's manifest; they are not recorded as hyperparameters again",
    )

    def write(self, folder: Path = OUTPUT) -> None:
        """Write ``prepared.json``."""
        (folder / _NAME).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path = OUTPUT) -> Self:
        """Read ``prepared.json``.

        Raises:
            InvalidInputError: with every problem of the file.
        """
        return parse_json(folder / _NAME, cls)
