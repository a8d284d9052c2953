"""Glue's built-in Parquet classifier."""

from __future__ import annotations

from pathlib import Path

import duckdb

from local_aws.glue.schema import Schema
from local_aws.hive_types import hive_type

PARQUET_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
MAGIC = b"PAR1"
PARQUET_INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
PARQUET_OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"


def classify_parquet(file: Path) -> Schema | None:
    """The schema in a Parquet file's footer; None for a file that only begins like one."""
    with duckdb.connect() as connection:
        try:
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
            counted = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchone()
        except duckdb.Error:
            return None
    rows = counted[0] if counted else 0
    return Schema(
        "parquet",
        tuple((name.lower(), hive_type(kind)) for name, kind, *_ in described),
        PARQUET_SERDE,
        {"serialization.format": "1"},
        input_format=PARQUET_INPUT,
        output_format=PARQUET_OUTPUT,
        average_record_size=file.stat().st_size // rows if rows else 0,
    )
