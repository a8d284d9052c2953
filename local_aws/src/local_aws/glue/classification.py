"""Which format an S3 object is in: the crawler's own classifiers first, then the built-in ones."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from local_aws.glue.classifiers import CsvClassifier
from local_aws.glue.csv_format import classify_csv, classify_custom_csv
from local_aws.glue.json_format import classify_json
from local_aws.glue.parquet_format import MAGIC, classify_parquet
from local_aws.glue.sample import S3Object, read_sample
from local_aws.glue.schema import UNKNOWN, Schema


def classify(s3: Any, item: S3Object, custom: Sequence[CsvClassifier]) -> Schema:
    """The schema of an object; ``UNKNOWN`` where no classifier recognises it."""
    sample = read_sample(s3, item)
    if sample.data.startswith(MAGIC):
        return _classify_parquet(s3, item) or UNKNOWN
    for classifier in custom:
        schema = classify_custom_csv(sample, classifier)
        if schema is not None:
            return replace(schema, compression=item.compression)
    schema = classify_json(sample) or classify_csv(sample)
    return replace(schema, compression=item.compression) if schema else UNKNOWN


def _classify_parquet(s3: Any, item: S3Object) -> Schema | None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "object.parquet")
        s3.download_file(item.bucket, item.key, str(file))
        return classify_parquet(file)
