"""Preparation on the local AWS: Glue crawls, Athena counts, S3 holds what comes out."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import boto3
import polars as pl
import pytest

from local_aws.server import LocalAws
from mlops.profile import Profile
from mlops.spec import InvalidInputError, load_settings
from mlops.spec.settings import Tuning
from mlops.train.build import Log, TrainingError
from recordio import Records, decode
from tests.project import PROJECT
from tests.train.builds import MakeBuild
from training.movielens.prepare import prepare
from training.movielens.prepared import PreparedRatings

ROOT = Path(__file__).resolve().parents[3]
NAMES = load_settings(PROJECT, "movielens").names

Stacks = Callable[[bytes], None]


def rows_under(url: str) -> list[Records]:
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    s3 = boto3.client("s3")
    keys = sorted(item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"])
    return [decode(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]


@pytest.fixture
def crawls(aws: LocalAws) -> Callable[[], int]:  # noqa: ARG001
    """How often the crawler ran."""
    return lambda: len(boto3.client("glue").list_crawls(CrawlerName=NAMES.glue_crawler)["Crawls"])


def test_ratings_become_shards_and_held_out_rows(
    stacks: Stacks, build: MakeBuild, ratings: bytes, tmp_path: Path
) -> None:
    stacks(ratings)
    prepared = prepare(build(), Log(), tmp_path)
    assert prepared == PreparedRatings.load(tmp_path)
    assert (prepared.rows, prepared.train_rows, prepared.held_out_rows) == (1800, 1200, 600)
    assert prepared.feature_dim == 100
    assert prepared.sha256 == hashlib.sha256(ratings).hexdigest()
    (train,), (test,) = rows_under(prepared.train), rows_under(prepared.test)
    assert (len(train), len(test)) == (1200, 600)
    assert Profile.model_validate_json((tmp_path / "profile.json").read_text()).rows == 1200
    held_out = pl.read_parquet(tmp_path / "held_out.parquet")
    assert held_out.schema == {
        "keys": pl.List(pl.UInt32),
        "label": pl.UInt8,
        "baseline_score": pl.Float64,
        "user_id": pl.Int64,
        "item_id": pl.Int64,
    }
    assert held_out["keys"].to_list() == test.keys.reshape(-1, 2).tolist()
    assert held_out["label"].to_list() == test.labels.tolist()  # type: ignore[union-attr]
    assert held_out["user_id"].to_list() == [keys[0] + 1 for keys in held_out["keys"]]
    assert held_out["baseline_score"].is_between(0, 1).all()
    assert prepared.baseline["accuracy"] > 0.7
    pairs = {tuple(keys) for part in (train, test) for keys in part.keys.reshape(-1, 2).tolist()}
    assert len(pairs) == 1800


def test_shards_are_for_every_instance(
    stacks: Stacks, build: MakeBuild, ratings: bytes, tmp_path: Path
) -> None:
    stacks(ratings)
    prepared = prepare(build(instance_count=3), Log(), tmp_path)
    assert [len(part) for part in rows_under(prepared.train)] == [400, 400, 400]
    assert [len(part) for part in rows_under(prepared.test)] == [600]


def test_tuning_chooses_models_on_rows_that_the_gate_does_not_see(
    stacks: Stacks, build: MakeBuild, ratings: bytes, tmp_path: Path
) -> None:
    stacks(ratings)
    prepared = prepare(build(tuning=Tuning(enabled=True)), Log(), tmp_path)
    (test,) = rows_under(prepared.test)
    held_out = {tuple(keys) for keys in pl.read_parquet(tmp_path / "held_out.parquet")["keys"]}
    chosen_on = {tuple(keys) for keys in test.keys.reshape(-1, 2).tolist()}
    assert len(held_out) == prepared.held_out_rows == 600
    assert len(chosen_on) == 61
    assert prepared.train_rows == 1200 - 61
    assert not held_out & chosen_on


def test_a_second_run_writes_the_same_bytes_and_crawls_no_more(
    stacks: Stacks, build: MakeBuild, ratings: bytes, tmp_path: Path, crawls: Callable[[], int]
) -> None:
    stacks(ratings)
    time.sleep(1.1)  # a file of the second in which the crawl begins counts as newer
    first = prepare(build(), Log(), tmp_path)
    held_out = (tmp_path / "held_out.parquet").read_bytes()
    before = crawls()
    assert prepare(build(), Log(), tmp_path) == first
    assert (tmp_path / "held_out.parquet").read_bytes() == held_out
    assert crawls() == before


def test_newer_files_are_crawled_anew(
    stacks: Stacks, build: MakeBuild, ratings: bytes, tmp_path: Path, crawls: Callable[[], int]
) -> None:
    stacks(ratings)
    prepare(build(), Log(), tmp_path)
    before = crawls()
    boto3.client("s3").put_object(
        Bucket=NAMES.data_bucket,
        Key="ratings/new.data",
        Body=ratings.replace(b"\t", b"0\t", 1).splitlines(True)[0],
    )
    with pytest.raises(InvalidInputError):  # the new file's user has a single rating
        prepare(build(), Log(), tmp_path)
    assert crawls() == before + 1


def test_everything_wrong_with_the_ratings_is_told(
    stacks: Stacks, build: MakeBuild, ratings: bytes, tmp_path: Path
) -> None:
    stacks(ratings + b"1\t2\tNaN\t0\n3\tx\t4\t0\n")
    with pytest.raises(InvalidInputError) as told:
        prepare(build(), Log(), tmp_path)
    assert [str(problem).partition(": given")[0] for problem in told.value.problems] == [
        f"s3://{NAMES.data_bucket}/ratings/u.data: row 1801, rating",
        f"s3://{NAMES.data_bucket}/ratings/u.data: row 1802, item",
    ]
    assert not list(tmp_path.iterdir())


def test_no_data_is_told_with_the_remedy(stacks: Stacks, build: MakeBuild, tmp_path: Path) -> None:  # noqa: ARG001
    with pytest.raises(TrainingError, match=r"holds no files\. Deploy the init stack"):
        prepare(build(), Log(), tmp_path)


def test_a_table_of_other_columns_is_told(
    stacks: Stacks, build: MakeBuild, ratings: bytes, tmp_path: Path
) -> None:
    stacks(ratings)
    boto3.client("glue").update_classifier(
        CsvClassifier={"Name": "ratings", "Header": ["who", "what", "how_much", "rated_at"]}
    )
    with pytest.raises(InvalidInputError) as told:
        prepare(build(), Log(), tmp_path)
    assert len(told.value.problems) == 3
    assert "column user: given who, what, how_much, rated_at; allowed: user_id or" in str(told.value)


def test_a_count_that_differs_from_the_rows_read_stops(
    stacks: Stacks, build: MakeBuild, ratings: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stacks(ratings)
    prepare(build(), Log(), tmp_path)
    monkeypatch.setattr("training.movielens.prepare.count_rows", lambda *_: 1799)
    with pytest.raises(TrainingError, match=r"Athena counts 1799 ratings, but .* holds 1800"):
        prepare(build(), Log(), tmp_path)


def command(module: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(ROOT), str(ROOT / "constructs")))
    return subprocess.run(
        [sys.executable, "-m", f"training.movielens.{module}"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("module", ["prepare", "train"])
def test_a_build_without_its_variables_ends_with_all_of_them_told(module: str) -> None:
    ended = command(module, MLOPS_EXECUTION_ID="no spaces allowed")
    assert ended.returncode == 2
    assert [line.partition(": given")[0] for line in ended.stderr.splitlines()] == [
        "environment: MLOPS_EXAMPLE",
        "environment: MLOPS_EXECUTION_ID",
        "environment: CODEBUILD_RESOLVED_SOURCE_VERSION",
    ]


def test_aws_out_of_reach_is_a_sentence() -> None:
    ended = command(
        "prepare",
        MLOPS_EXAMPLE="movielens",
        MLOPS_EXECUTION_ID="e5ec0710",
        CODEBUILD_RESOLVED_SOURCE_VERSION="0" * 40,
        AWS_ENDPOINT_URL="http://127.0.0.1:1",
        AWS_ACCESS_KEY_ID="nobody",
        AWS_SECRET_ACCESS_KEY="nothing",
        AWS_MAX_ATTEMPTS="1",
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("AWS refused or could not be reached: ")
    assert "Traceback" not in ended.stderr
