"""Preparation of the flowers on the local AWS: the bucket's file to channels and held-out rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from examples.iris.fetch_data import flowers
from mlops.profile import Profile
from mlops.spec import InvalidInputError
from mlops.train.build import Log, TrainingError
from mlops.train.prepare_table import prepare_table
from mlops.train.prepared import PreparedData
from tests.train.builds import MakeBuild
from training.iris.flowers import DATA

FLOWERS = flowers().write_csv().encode()

Upload = Callable[[bytes], None]


@pytest.mark.usefixtures("buckets", "credentials")
def test_without_flowers_the_remedy_is_the_init_stack(build: MakeBuild, tmp_path: Path) -> None:
    told = r"s3://mlops-iris-data-\S+/flowers/iris.csv is not there. Deploy the init stack"
    with pytest.raises(TrainingError, match=told):
        prepare_table(build(), DATA, Log(), tmp_path)


def test_flowers_become_channels_and_held_out_rows(
    buckets: Any, upload: Upload, build: MakeBuild, tmp_path: Path
) -> None:
    upload(FLOWERS)
    prepared = prepare_table(build(), DATA, Log(), tmp_path)
    assert prepared == PreparedData.load(tmp_path)
    assert (prepared.rows, prepared.train_rows, prepared.held_out_rows) == (150, 120, 30)
    assert prepared.sha256 == hashlib.sha256(FLOWERS).hexdigest()
    train, test = (_channel(buckets, url) for url in (prepared.train, prepared.test))
    assert (train.height, test.height) == (120, 30)
    assert train.columns == test.columns == [*DATA.table.features, "label"]
    profile = Profile.model_validate_json((tmp_path / "profile.json").read_text())
    assert profile == Profile.of(train.select(DATA.table.features))
    held_out = pl.read_parquet(tmp_path / "held_out.parquet")
    assert held_out.schema == {"features": pl.List(pl.Float64), "label": pl.UInt8}
    assert held_out["features"].to_list() == [list(row) for row in test.drop("label").rows()]
    assert held_out["label"].to_list() == test["label"].to_list()


def test_a_second_run_writes_the_same(upload: Upload, build: MakeBuild, tmp_path: Path) -> None:
    upload(FLOWERS)
    first, second = tmp_path / "first", tmp_path / "second"
    assert prepare_table(build(), DATA, Log(), first) == prepare_table(build(), DATA, Log(), second)
    for file in first.iterdir():
        assert file.read_bytes() == (second / file.name).read_bytes()


def test_everything_wrong_with_the_flowers_is_told(upload: Upload, build: MakeBuild, tmp_path: Path) -> None:
    upload(FLOWERS + b"5.1,wide,1.4,0.2,setosa\n5.1,3.5,1.4,0.2,tulip\n")
    with pytest.raises(InvalidInputError) as told:
        prepare_table(build(), DATA, Log(), tmp_path)
    assert [str(problem).partition("; allowed")[0] for problem in told.value.problems] == [
        "flowers/iris.csv: row 151, sepal_width: given 'wide'",
        "flowers/iris.csv: row 152, species: given 'tulip'",
    ]
    assert list(tmp_path.iterdir()) == []


def _channel(s3: Any, url: str) -> pl.DataFrame:
    """The rows under an S3 prefix, as the script finds them."""
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    return pl.read_csv(s3.get_object(Bucket=bucket, Key=f"{prefix}flowers.csv")["Body"].read())
