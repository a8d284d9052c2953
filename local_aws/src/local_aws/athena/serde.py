"""How a table's SerDe reads its files, as a DuckDB query over them.

https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from local_aws.athena.errors import QueryError
from local_aws.athena.fetch import Fetcher
from local_aws.hive_types import duckdb_type
from local_aws.hooks import Params
from local_aws.s3_location import S3Location

_HIVE_DELIMITER = "\x01"
_SNIFFED_LINES = 1000
_NO_NULL = "\x1a"  # DuckDB must have some text that means null


@dataclass(frozen=True)
class TableFormat:
    """A table's columns and the parameters of its SerDe."""

    columns: tuple[tuple[str, str], ...]
    serde: str
    parameters: Params
    skipped_lines: int

    @classmethod
    def of(cls, table: Params) -> TableFormat:
        """The format of a table of Glue's catalogue."""
        storage = table.get("StorageDescriptor", {})
        serde = storage.get("SerdeInfo", {})
        return cls(
            tuple((column["Name"].lower(), column.get("Type", "string")) for column in storage["Columns"]),
            serde.get("SerializationLibrary", ""),
            serde.get("Parameters", {}),
            int(table.get("Parameters", {}).get("skip.header.line.count", "0")),
        )

    def fetch(self, fetcher: Fetcher, location: S3Location) -> list[Path]:
        """The table's files at a location, in a form that ``query`` reads."""
        if self._reader() is _parquet:
            return fetcher.binary(location)
        return fetcher.text(location, self.parameters.get("serialization.encoding", "utf-8"))

    def query(self, files: Sequence[Path]) -> str:
        """A SELECT of every column in its declared type, and of ``filename``.

        Raises:
            QueryError: a SerDe that the local AWS cannot read.
        """
        reader = self._reader()
        if not files:
            nulls = [f"CAST(NULL AS {duckdb_type(kind)}) AS {quoted(name)}" for name, kind in self.columns]
            return f"SELECT {', '.join([*nulls, 'NULL AS filename'])} WHERE false"
        return reader(self, files)

    def _reader(self) -> Callable[[TableFormat, Sequence[Path]], str]:
        reader = _READERS.get(self.serde.rpartition(".")[2].lower())
        if reader is None:
            raise QueryError(f"NOT_SUPPORTED: the local AWS does not read the SerDe {self.serde or '(none)'}")
        return reader


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _file_list(files: Sequence[Path]) -> str:
    return f"[{', '.join(literal(str(file)) for file in files)}]"


def _lazy_simple(table: TableFormat, files: Sequence[Path]) -> str:
    """No quoting; a missing or unreadable value is null, surplus fields are ignored."""
    delimiter = table.parameters.get("field.delim") or table.parameters.get("serialization.format")
    null = table.parameters.get("serialization.null.format", "\\N")
    # An empty value is no number. NULLIF also keeps DuckDB from moving the cast into its reader, where a
    # value that cannot be read would fail the query.
    columns = [
        quoted(name)
        if duckdb_type(kind) == "TEXT"
        else f"TRY_CAST(NULLIF({quoted(name)}, '') AS {duckdb_type(kind)}) AS {quoted(name)}"
        for name, kind in table.columns
    ]
    return _delimited(table, files, columns, delimiter or _HIVE_DELIMITER, null=null)


def _open_csv(table: TableFormat, files: Sequence[Path]) -> str:
    """Quoted text; a value that its column's type does not allow fails the query."""
    get = table.parameters.get
    # Hive's default escape character is `"` in practice: a doubled quote inside a quoted value.
    quote: str = get("quoteChar", '"')
    escape: str = get("escapeChar") or quote
    columns = [_strict(name, kind) for name, kind in table.columns]
    return _delimited(table, files, columns, get("separatorChar", ","), quote=quote, escape=escape)


def _delimited(
    table: TableFormat,
    files: Sequence[Path],
    columns: Sequence[str],
    delimiter: str,
    *,
    quote: str = "",
    escape: str = "",
    null: str = _NO_NULL,
) -> str:
    texts = ", ".join(f"{literal(name)}: 'VARCHAR'" for name, _ in table.columns)
    options = {
        "delim": literal(delimiter),
        "quote": literal(quote),
        "escape": literal(escape),
        "header": "false",
        "auto_detect": "false",
        "columns": f"{{{texts}}}",
        "skip": str(table.skipped_lines),
        "null_padding": "true",
        "strict_mode": "false",
        "filename": "true",
        "max_line_size": str(64 << 20),
        "nullstr": literal(null),
    }
    if quote:
        options["parallel"] = "false"  # a quoted value may hold a line's end
    given = ", ".join(f"{key} = {value}" for key, value in options.items())
    return f"SELECT {', '.join(columns)}, filename FROM read_csv({_file_list(files)}, {given})"  # noqa: S608


def _strict(name: str, kind: str) -> str:
    return f"CAST({quoted(name)} AS {duckdb_type(kind)}) AS {quoted(name)}"


def _json(table: TableFormat, files: Sequence[Path]) -> str:
    """One object a line; keys are matched without regard to case, as the SerDe does by default."""
    keys = _keys_in(files)
    declared = {name: keys.get(name, name) for name, _ in table.columns}
    types = ", ".join(f"{literal(declared[name])}: '{duckdb_type(kind)}'" for name, kind in table.columns)
    columns = ", ".join(f"{quoted(declared[name])} AS {quoted(name)}" for name, _ in table.columns)
    return (
        f"SELECT {columns}, filename FROM read_json({_file_list(files)}, "  # noqa: S608
        f"format = 'newline_delimited', columns = {{{types}}}, filename = true)"
    )


def _keys_in(files: Sequence[Path]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in islice(lines, _SNIFFED_LINES):
                if line.strip():
                    try:
                        record = json.loads(line)
                    except ValueError as error:
                        raise QueryError(
                            f"HIVE_CURSOR_ERROR: Row is not a valid JSON Object: {error}"
                        ) from error
                    keys.update((key.lower(), key) for key in record)
    return keys


def _parquet(table: TableFormat, files: Sequence[Path]) -> str:
    """Columns by name; one that no file has is null."""
    columns = ", ".join(_strict(name, kind) for name, kind in table.columns)
    nulls = ", ".join(f"NULL::{duckdb_type(kind)} AS {quoted(name)}" for name, kind in table.columns)
    present = f"SELECT * FROM read_parquet({_file_list(files)}, union_by_name = true, filename = true)"  # noqa: S608
    return f"SELECT {columns}, filename FROM ((SELECT {nulls} WHERE false) UNION ALL BY NAME ({present}))"  # noqa: S608


_READERS = {
    "lazysimpleserde": _lazy_simple,
    "opencsvserde": _open_csv,
    "jsonserde": _json,
    "parquethiveserde": _parquet,
}
