"""The ledger's bucket: entries are put in once, and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from mlops.ledger.entry import ENTRY_FILE, Entry
from mlops.spec.problems import FailedError

_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")
_ATTEMPTS = 10
_READERS = 8


class OverwritingRefusedError(FailedError):
    """An object of that key exists already; the ledger keeps it as it is."""


class Ledger:
    """The entries in ``bucket``, through the S3 client ``s3``.

    Every object is put with ``If-None-Match: *``, which S3 refuses where the key exists:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """

    def __init__(self, s3: Any, bucket: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._s3 = s3
        self.bucket = bucket
        self._now = now

    def record(self, entry: Entry, files: Mapping[str, bytes]) -> Entry:
        """Put an entry in, with its files, as of now; returns it as it was written.

        ``entry.json`` comes last: an entry whose writer died half-way does not count. Whoever puts the first
        file has the folder; another writer of the same microsecond takes the next one.

        Raises:
            OverwritingRefusedError: no free key was found.
        """
        for _ in range(_ATTEMPTS):
            written = entry.model_copy(update={"at": self._now(), "files": tuple(files)})
            try:
                for name, body in files.items():
                    self.put(written.folder + name, body)
                self.put(written.folder + ENTRY_FILE, written.model_dump_json(indent=2).encode() + b"\n")
            except OverwritingRefusedError:
                continue
            return written
        raise OverwritingRefusedError(f"s3://{self.bucket}/{entry.folder} is taken, and {_ATTEMPTS - 1} more")

    def put(self, key: str, body: bytes) -> None:
        """Put one object where there is none.

        Raises:
            OverwritingRefusedError: there is one.
        """
        try:
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=body, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] in _TAKEN:
                raise OverwritingRefusedError(f"s3://{self.bucket}/{key} exists") from error
            raise

    def entries(self, *steps: str) -> list[Entry]:
        """All entries, or those of ``steps``, which is all that some may list; the oldest first.

        Raises:
            InvalidInputError: with every problem of an entry that cannot be read.
        """
        paginate = self._s3.get_paginator("list_objects_v2").paginate
        found = [paginate(Bucket=self.bucket, Prefix=f"{step}/") for step in steps] or [
            paginate(Bucket=self.bucket)
        ]
        keys = [item["Key"] for pages in found for page in pages for item in page.get("Contents", ())]
        with ThreadPoolExecutor(_READERS) as pool:
            own = [key for key in keys if key.endswith(f"/{ENTRY_FILE}")]
            return sorted(
                map(Entry.parse, pool.map(self._get, own), own), key=lambda entry: (entry.at, entry.folder)
            )

    def file(self, entry: Entry, name: str) -> bytes:
        """A file of an entry."""
        return self._get(entry.folder + name)

    def _get(self, key: str) -> bytes:
        return bytes(self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())
