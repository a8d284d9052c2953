"""Query results in S3, as Athena writes them, and their pages, read from there.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlglot import exp

from local_aws.athena.engine import Engine
from local_aws.athena.execution import Execution
from local_aws.athena.outcome import Outcome
from local_aws.athena.serde import literal
from local_aws.athena.values import Render, renderer
from local_aws.athena.workgroups import invalid_request
from local_aws.hooks import Params

_WINDOW = 1 << 20
# DuckDB writes these as Athena does, many times faster than Python would.
_WRITTEN_BY_DUCKDB = frozenset(
    ("boolean", "tinyint", "smallint", "integer", "bigint", "decimal", "varchar", "date")
)
_FIELD = rb'(?:"(?:[^"]|"")*"|[^",\n]*)'
_RECORD = re.compile(rb"%s(?:,%s)*\n" % (_FIELD, _FIELD))
_VALUE = re.compile(rb'(?:^|,)(?:"((?:[^"]|"")*)"|)')

Row = Sequence[Any]


def write_select(engine: Engine, query: exp.Expr, outcome: Outcome, file: Path) -> int:
    """Write a SELECT's result, every value quoted and nulls bare; returns the number of rows."""
    header = ",".join(_quoted(column["Name"]) for column in outcome.columns) + "\n"
    file.write_text(header, encoding="utf-8")
    if all(column["Type"] in _WRITTEN_BY_DUCKDB for column in outcome.columns):
        return _append_copy(engine, query, outcome.sql, file)
    renders = [renderer(column["Type"]) for column in outcome.columns]
    count = 0
    with file.open("a", encoding="utf-8", newline="") as target:
        for rows in engine.batches(outcome.sql, query):
            target.writelines(_line(row, renders) for row in rows)
            count += len(rows)
    return count


def _append_copy(engine: Engine, query: exp.Expr, sql: str, file: Path) -> int:
    body = file.with_suffix(".body")
    options = "FORMAT csv, HEADER false, FORCE_QUOTE *, NULLSTR ''"
    copied = engine.execute(f"COPY ({sql}) TO {literal(str(body))} ({options})", query).fetchone()
    with body.open("rb") as source, file.open("ab") as target:
        shutil.copyfileobj(source, target)
    return int(copied[0]) if copied else 0


def write_text(file: Path, lines: Iterable[str]) -> int:
    """Write a utility statement's result; returns the number of rows."""
    text = [f"{line}\n" for line in lines]
    file.write_text("".join(text), encoding="utf-8")
    return len(text)


def upload(s3: Any, execution: Execution, file: Path) -> None:
    """Put the result and its metadata, encrypted as the result configuration says."""
    extra = _encryption(execution.result_configuration)
    output = execution.output
    s3.upload_file(str(file), output.bucket, output.key, ExtraArgs=extra)
    metadata = json.dumps({"QueryExecutionId": execution.id, "ColumnInfo": execution.columns})
    s3.put_object(Bucket=output.bucket, Key=f"{output.key}.metadata", Body=metadata.encode(), **extra)


def read_page(s3: Any, execution: Execution, token: str | None, limit: int) -> Params:
    """A page of GetQueryResults; the token is the place in the object where the page begins.

    Raises:
        ServiceError: InvalidRequestException for a token that no page returned.
    """
    quoted = execution.suffix == ".csv"
    if token is not None and not token.isdecimal():
        raise invalid_request(f"Invalid NextToken: {token}")
    place = int(token or 0)
    head = s3.head_object(Bucket=execution.output.bucket, Key=execution.output.key)
    size: int = head["ContentLength"]
    rows: list[Params] = []
    buffer, used, fetched = b"", 0, place
    while len(rows) < limit:
        match = _RECORD.match(buffer, used) if quoted else re.compile(rb"[^\n]*\n").match(buffer, used)
        if match:
            rows.append({"Data": _values(match[0][:-1]) if quoted else [_datum(match[0][:-1])]})
            used = match.end()
        elif fetched < size:
            window = s3.get_object(
                Bucket=execution.output.bucket,
                Key=execution.output.key,
                Range=f"bytes={fetched}-{min(fetched + _WINDOW, size) - 1}",
            )["Body"].read()
            buffer, place, used, fetched = buffer[used:] + window, place + used, 0, fetched + len(window)
        else:
            break
    page: Params = {
        "UpdateCount": execution.update_count,
        "ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": execution.columns}},
    }
    return {**page, "NextToken": str(place + used)} if place + used < size else page


def _line(row: Row, renders: Sequence[Render]) -> str:
    return (
        ",".join(
            "" if value is None else _quoted(render(value))
            for value, render in zip(row, renders, strict=True)
        )
        + "\n"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _values(record: bytes) -> list[Params]:
    return [
        {} if value[1] is None else _datum(value[1].replace(b'""', b'"')) for value in _VALUE.finditer(record)
    ]


def _datum(value: bytes) -> Params:
    return {"VarCharValue": value.decode("utf-8")}


def _encryption(configuration: Params) -> Params:
    wanted = configuration.get("EncryptionConfiguration") or {}
    option = wanted.get("EncryptionOption")
    if option == "SSE_S3":
        return {"ServerSideEncryption": "AES256"}
    if option == "SSE_KMS":
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": wanted["KmsKey"]}
    return {}
