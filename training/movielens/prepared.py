"""What ``prepare`` hands to ``train`` beside the data itself."""

from __future__ import annotations

from pydantic import Field

from mlops.train.prepared import PreparedData


class PreparedRatings(PreparedData):
    """Ratings as shards of one-hot features, and the baseline fitted to them."""

    baseline: dict[str, float] = Field(description="the baseline's metrics on the held-out rows")

    @property
    def feature_dim(self) -> int:
        """How many features a row has: users and items."""
        return int(self.facts["feature_dim"])
