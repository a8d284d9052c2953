"""Brings a table's objects to files that DuckDB can read."""

from __future__ import annotations

import bz2
import codecs
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from local_aws.s3_location import S3Location

_CHUNK = 1 << 20


class QueryCancelledError(Exception):
    """StopQueryExecution was called."""


@dataclass
class Fetcher:
    """One query's downloads into its folder; counts the bytes and ends when the query is cancelled."""

    s3: Any
    folder: Path
    cancelled: Callable[[], bool]
    bytes_scanned: int = 0

    def objects(self, location: S3Location) -> Iterator[tuple[str, int]]:
        """Key and size of every object at or under a location, without hidden and empty ones."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=location.bucket, Prefix=location.folder
        )
        for page in pages:
            for entry in page.get("Contents", []):
                hidden = PurePosixPath(entry["Key"]).name.startswith(("_", "."))
                if entry["Size"] and not hidden and not entry["Key"].endswith("/"):
                    yield entry["Key"], entry["Size"]

    def text(self, location: S3Location, encoding: str) -> list[Path]:
        """Every object as plain UTF-8; bytes that ``encoding`` does not allow become U+FFFD, as in Athena."""
        return [self._text(location.bucket, key, encoding) for key in self._keys(location)]

    def binary(self, location: S3Location) -> list[Path]:
        """Every object as it is."""
        files = []
        for key in self._keys(location):
            file = self._new_file(key)
            self.s3.download_file(location.bucket, key, str(file))
            files.append(file)
        return files

    def _keys(self, location: S3Location) -> Iterator[str]:
        for key, size in self.objects(location):
            if self.cancelled():
                raise QueryCancelledError
            self.bytes_scanned += size
            yield key

    def _new_file(self, key: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{sum(1 for _ in self.folder.iterdir())}-{PurePosixPath(key).name[-80:]}"

    def _text(self, bucket: str, key: str, encoding: str) -> Path:
        body = self.s3.get_object(Bucket=bucket, Key=key)["Body"]
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        file = self._new_file(f"{PurePosixPath(key).name}.txt")
        with _decompressed(body, key) as source, file.open("wb") as target:
            while chunk := source.read(_CHUNK):
                if self.cancelled():
                    raise QueryCancelledError
                target.write(decoder.decode(chunk).encode())
            target.write(decoder.decode(b"", final=True).encode())
        return file


def _decompressed(body: IO[bytes], key: str) -> IO[bytes]:
    suffix = PurePosixPath(key).suffix
    if suffix == ".gz":
        return cast(IO[bytes], gzip.GzipFile(fileobj=body))
    if suffix == ".bz2":
        return cast(IO[bytes], bz2.BZ2File(body))
    return body
