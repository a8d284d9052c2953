"""The storage formats that Athena's DDL names, as the catalogue writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local_aws.glue.csv_format import LAZY_SIMPLE
from local_aws.glue.json_format import JSON_SERDE
from local_aws.glue.parquet_format import PARQUET_INPUT, PARQUET_OUTPUT, PARQUET_SERDE
from local_aws.glue.schema import TEXT_INPUT, TEXT_OUTPUT
from local_aws.hooks import Params
from local_aws.s3_location import S3Location


@dataclass(frozen=True)
class StorageFormat:
    """A format's Hive classes, and how DuckDB's COPY writes it."""

    serde: str
    input_format: str
    output_format: str
    copy_options: str


FORMATS: Mapping[str, StorageFormat] = {
    "PARQUET": StorageFormat(PARQUET_SERDE, PARQUET_INPUT, PARQUET_OUTPUT, "FORMAT parquet"),
    "JSON": StorageFormat(JSON_SERDE, TEXT_INPUT, TEXT_OUTPUT, "FORMAT json"),
    "TEXTFILE": StorageFormat(
        LAZY_SIMPLE,
        TEXT_INPUT,
        TEXT_OUTPUT,
        "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', NULLSTR '\\N'",
    ),
}


def storage_descriptor(
    columns: Iterable[Params],
    location: S3Location,
    form: StorageFormat,
    serde_parameters: Mapping[str, str],
    serde: str | None = None,
) -> Params:
    """A table's StorageDescriptor; ``serde`` overrides the format's own."""
    return {
        "Columns": list(columns),
        "Location": str(location),
        "InputFormat": form.input_format,
        "OutputFormat": form.output_format,
        "NumberOfBuckets": -1,
        "SerdeInfo": {"SerializationLibrary": serde or form.serde, "Parameters": dict(serde_parameters)},
    }
