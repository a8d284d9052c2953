"""The stacks of the MovieLens recommender."""

from __future__ import annotations

from pathlib import Path

from cdktf import App

from mlops.constructs.data_catalog import Table
from mlops.constructs.training_data import TrainingFile
from mlops.spec import Release, Settings
from mlops.stacks.example import ExampleStacksConfig, add_example_stacks

_FILES = Path(__file__).parent / "data" / "ml-100k"
_GENRES = (
    "unknown",
    "action",
    "adventure",
    "animation",
    "children",
    "comedy",
    "crime",
    "documentary",
    "drama",
    "fantasy",
    "film_noir",
    "horror",
    "musical",
    "mystery",
    "romance",
    "sci_fi",
    "thriller",
    "war",
    "western",
)
# https://files.grouplens.org/datasets/movielens/ml-100k-README.txt
TABLES = (
    Table("ratings", "\t", ("user_id", "item_id", "rating", "rated_at")),
    Table("items", "|", ("item_id", "title", "release_date", "video_release_date", "imdb_url", *_GENRES)),
    Table("users", "|", ("user_id", "age", "gender", "occupation", "zip_code")),
)

STACKS = ExampleStacksConfig(
    files=(
        TrainingFile(_FILES / "u.data", "ratings/u.data"),
        TrainingFile(_FILES / "u.item", "items/u.item"),
        TrainingFile(_FILES / "u.user", "users/u.user"),
    ),
    fetch_command="python -m examples.movielens.fetch_data",
    tables=TABLES,
    training_images=("factorization-machines",),
    endpoint_images=("factorization-machines",),
)


def add_stacks(app: App, settings: Settings, release: Release | None) -> None:
    """Add every stack of the example; those of the environments only when there is a release to deploy."""
    add_example_stacks(app, settings, release, STACKS)
