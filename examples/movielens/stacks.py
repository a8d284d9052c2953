"""The MovieLens recommender: its data, its images, and where its code is."""

from __future__ import annotations

from pathlib import Path

from mlops.spec import Example, Table, TrainingFile

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

EXAMPLE = Example(
    files=(
        TrainingFile(_FILES / "u.data", "ratings/u.data"),
        TrainingFile(_FILES / "u.item", "items/u.item"),
        TrainingFile(_FILES / "u.user", "users/u.user"),
    ),
    fetch_command="python -m examples.movielens.fetch_data",
    tables=TABLES,
    training_images=("factorization-machines",),
    endpoint_images=("factorization-machines",),
    images="training.movielens.train:images",
    protocol="endpoint_tests.movielens.protocol:protocol_of",
)
