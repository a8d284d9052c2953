"""Ratings on the local AWS, as the init and pipeline stacks have them there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest

from local_aws.server import LocalAws
from mlops.spec import load_settings
from mlops.spec.settings import Tuning
from tests.project import PROJECT
from tests.train.builds import MakeBuild, builds_of

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = load_settings(PROJECT, "movielens")
NAMES = SETTINGS.names
USERS, ITEMS = 60, 40


@pytest.fixture(scope="session")
def ratings() -> bytes:
    """30 ratings each of 60 users, of a liking that user and item explain in part, without MovieLens."""
    rng = np.random.default_rng(7)
    taste, quality = rng.normal(size=USERS), rng.normal(size=ITEMS)
    lines = []
    for user in range(USERS):
        for item in rng.permutation(ITEMS)[:30]:
            rating = np.clip(np.round(3.5 + taste[user] + quality[item] + rng.normal() / 2), 1, 5)
            lines.append(f"{user + 1}\t{item + 1}\t{rating:.0f}\t88{rng.integers(10**7):07}\n")
    return "".join(rng.permutation(lines)).encode()


@pytest.fixture
def stacks(aws: LocalAws, credentials: None) -> Iterator[Callable[[bytes], None]]:  # noqa: ARG001
    """Makes what the stacks make, with the ratings given; all is removed again afterwards."""
    s3, glue, athena = (boto3.client(service) for service in ("s3", "glue", "athena"))
    buckets = (NAMES.data_bucket, NAMES.models_bucket)
    for bucket in buckets:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": NAMES.region})
    glue.create_database(DatabaseInput={"Name": NAMES.glue_database})
    glue.create_classifier(
        CsvClassifier={
            "Name": "ratings",
            "Delimiter": "\t",
            "ContainsHeader": "ABSENT",
            "Header": ["user_id", "item_id", "rating", "rated_at"],
            "Serde": "LazySimpleSerDe",
        }
    )
    glue.create_crawler(
        Name=NAMES.glue_crawler,
        Role="arn:aws:iam::123456789012:role/crawler",
        DatabaseName=NAMES.glue_database,
        Targets={"S3Targets": [{"Path": f"s3://{NAMES.data_bucket}/ratings/"}]},
        Classifiers=["ratings"],
    )
    output = f"s3://{NAMES.data_bucket}/athena-results/"
    athena.create_work_group(
        Name=NAMES.athena_workgroup,
        Configuration={"ResultConfiguration": {"OutputLocation": output}},
    )
    yield lambda ratings: s3.put_object(Bucket=NAMES.data_bucket, Key="ratings/u.data", Body=ratings)
    _remove(s3, glue, athena, buckets)


def _remove(s3: Any, glue: Any, athena: Any, buckets: tuple[str, ...]) -> None:
    athena.delete_work_group(WorkGroup=NAMES.athena_workgroup, RecursiveDeleteOption=True)
    glue.delete_crawler(Name=NAMES.glue_crawler)
    glue.delete_classifier(Name="ratings")
    glue.delete_database(Name=NAMES.glue_database)
    for bucket in buckets:
        for item in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=item["Key"])
        s3.delete_bucket(Bucket=bucket)


@pytest.fixture
def build() -> MakeBuild:
    """Builds of few epochs, without tuning unless it is asked for."""
    make = builds_of(SETTINGS, epochs=5, num_factors=4)
    return lambda *execution_id, **training: make(*execution_id, **{"tuning": Tuning(), **training})
