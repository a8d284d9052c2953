"""Where MovieLens 100k comes from: GroupLens, or a package that carries the same ratings.

GroupLens's terms forbid passing the data on, so it is fetched and never committed:
https://files.grouplens.org/datasets/movielens/ml-100k-README.txt
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_TIMEOUT_SECONDS = 30
_PIP_TIMEOUT_SECONDS = 300

# u.item's flags, in its order.
# fmt: off
GENRES = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama",
    "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
)
# fmt: on


class FetchError(Exception):
    """A source that could not be used, in a sentence."""


class Source(Protocol):
    """Somewhere the data can be had."""

    def fetch(self) -> Mapping[str, bytes]:
        """The files u.data, u.user and u.item by name.

        Raises:
            FetchError: the source is out of reach, or gave something else.
        """


@dataclass(frozen=True)
class GroupLens:
    """The archive of the data's own makers."""

    url: str = "https://files.grouplens.org/datasets/movielens/ml-100k.zip"
    sha256: str = "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229"

    def fetch(self) -> Mapping[str, bytes]:
        """The three files as they stand in the archive."""
        try:
            with urllib.request.urlopen(self.url, timeout=_TIMEOUT_SECONDS) as reply:  # noqa: S310 - a constant
                archive = reply.read()
        except (OSError, ValueError) as error:
            raise FetchError(f"{self.url} cannot be reached: {error}") from error
        found = hashlib.sha256(archive).hexdigest()
        if found != self.sha256:
            raise FetchError(f"{self.url} has the SHA-256 {found}, not {self.sha256}")
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            return {name: files.read(f"ml-100k/{name}") for name in ("u.data", "u.user", "u.item")}


@dataclass(frozen=True)
class Wheel:
    """The example data of a package index's ``recbole``, brought back to GroupLens's form.

    u.data and u.user come out byte for byte as GroupLens has them. u.item lacks what the package left
    out, release dates and addresses, and is in UTF-8; nothing trains on it.
    """

    requirement: str = "recbole==1.2.1"
    sha256: str = "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407"

    def fetch(self) -> Mapping[str, bytes]:
        """The three files, rebuilt from the package's."""
        with tempfile.TemporaryDirectory() as folder:
            wheel = self._download(Path(folder))
            with zipfile.ZipFile(wheel) as files:
                prefix = "recbole/dataset_example/ml-100k/ml-100k"
                texts = (files.read(f"{prefix}.{part}").decode() for part in ("inter", "user", "item"))
                ratings, users, items = map(_rows, texts)
        return {
            "u.data": _lines("\t".join(row) for row in ratings),
            "u.user": _lines("|".join(row) for row in users),
            "u.item": _lines(_item(*row) for row in items),
        }

    def _download(self, folder: Path) -> Path:
        pinned = folder / "requirements.txt"
        pinned.write_text(f"{self.requirement} --hash=sha256:{self.sha256}\n", encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command = [*pip, "--only-binary=:all:", "--require-hashes", "-r", str(pinned), "-d", str(folder)]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PIP_TIMEOUT_SECONDS)  # noqa: S603
        except subprocess.CalledProcessError as error:
            reason = " ".join(line for line in error.stderr.split("\n") if line.startswith("ERROR:"))
            raise FetchError(
                f"pip cannot download {self.requirement}: {reason or error.stderr[-300:]}"
            ) from error
        except subprocess.TimeoutExpired as error:
            raise FetchError(
                f"pip did not download {self.requirement} within {_PIP_TIMEOUT_SECONDS} s"
            ) from error
        return next(folder.glob("*.whl"))


def _rows(text: str) -> Iterable[list[str]]:
    """The fields of every line but the first, which names them."""
    return (line.split("\t") for line in text.splitlines()[1:])


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _item(item: str, title: str, year: str, genres: str) -> str:
    """A line of u.item with the release date, the video's and the address left empty."""
    dated = f"{title} ({year})" if year.isdigit() else title
    flags = (str(int(genre in genres.split())) for genre in GENRES)
    return "|".join((item, dated, "", "", "", *flags))
