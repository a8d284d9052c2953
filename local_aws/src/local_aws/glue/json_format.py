"""Glue's built-in JSON classifier.

https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
"""

from __future__ import annotations

import json
from typing import Any

from local_aws.glue.sample import Sample
from local_aws.glue.schema import Schema, wider_type

JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe"


def classify_json(sample: Sample) -> Schema | None:
    """JSON objects, one a line."""
    lines = sample.lines()
    try:
        records = [json.loads(line) for line in lines]
    except ValueError:
        return None
    if not records or not all(isinstance(record, dict) for record in records):
        return None
    columns: dict[str, str] = {}
    names: dict[str, str] = {}
    for record in records:
        for name, value in record.items():
            names.setdefault(name.lower(), name)
            if value is not None:
                kind = _type(value)
                columns[name.lower()] = wider_type(columns.get(name.lower(), kind), kind)
    return Schema(
        "json",
        tuple((name, columns.get(name, "string")) for name in names),
        JSON_SERDE,
        {"paths": ",".join(names.values())},
        average_record_size=sum(len(line) + 1 for line in lines) // len(lines),
    )


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if -(2**31) <= value < 2**31 else "bigint"
    if isinstance(value, float):
        return "double"
    if isinstance(value, list):
        return f"array<{_type(value[0]) if value else 'string'}>"
    if isinstance(value, dict):
        fields = ",".join(f"{name.lower()}:{_type(item)}" for name, item in value.items())
        return f"struct<{fields}>" if fields else "string"
    return "string"
