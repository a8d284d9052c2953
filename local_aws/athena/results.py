"""Query results in S3, as Athena writes them, and their pages, read from there.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from local_aws.athena.execution import Execution
from local_aws.athena.values import Render, renderer
from local_aws.athena.workgroups import invalid_request
from local_aws.hooks import Params

_WINDOW = 1 << 20
_FIELD = rb'(?:"(?:[^"]|"")*"|[^",\n]*)'
_RECORD = re.compile(rb"%s(?:,%s)*\n" % (_FIELD, _FIELD))
_VALUE = re.compile(rb'(?:^|,)(?:"((?:[^"]|"")*)"|)')

Row = Sequence[Any]


def write_csv(file: Path, columns: Sequence[Params], batches: Iterable[Sequence[Row]]) -> int:
    """Write a SELECT's result, every value quoted and nulls bare; returns the number of rows."""
    renders = [renderer(column["Type"]) for column in columns]
    count = 0
    with file.open("w", encoding="utf-8", newline="") as target:
        target.write(",".join(_quoted(column["Name"]) for column in columns) + "\n")
        for rows in batches:
            target.writelines(_line(row, renders) for row in rows)
            count += len(rows)
    return count


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
