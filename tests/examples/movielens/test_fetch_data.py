"""Fetching the data: from real HTTP servers and real pip, with small files in place of MovieLens."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from examples.movielens import fetch_data
from examples.movielens.fetch_data import fetch, is_complete
from examples.movielens.sources import FetchError, GroupLens, Source, Wheel

FILES = {
    "u.data": b"196\t242\t3\t881250949\n186\t302\t5\t891717742\n",
    "u.user": b"196|49|M|writer|55105\n",
    "u.item": b"242|Kolya (1996)||||0|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n267|unknown||||1"
    + b"|0" * 18
    + b"\n",
}
CHECKSUMS = {name: {hashlib.sha256(content).hexdigest()} for name, content in FILES.items()}


def archive(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return buffer.getvalue()


ARCHIVE = archive({f"ml-100k/{name}": content for name, content in FILES.items()})


@pytest.fixture
def url() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(ARCHIVE)))
            self.end_headers()
            self.wfile.write(ARCHIVE)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/ml-100k.zip"
        server.shutdown()


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheel:
    """A package with the data in its own form, where pip finds it without a network."""
    example = "recbole/dataset_example/ml-100k/ml-100k"
    info = "recbole-0.0.1.dist-info"
    content = archive(
        {
            f"{example}.inter": b"user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
            + FILES["u.data"],
            f"{example}.user": b"user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
            + FILES["u.user"].replace(b"|", b"\t"),
            f"{example}.item": b"item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
            b"242\tKolya\t1996\tComedy\n267\tunknown\tunknown\tunknown\n",
            f"{info}/METADATA": b"Metadata-Version: 2.1\nName: recbole\nVersion: 0.0.1\n",
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }
    )
    index = tmp_path / "index"
    index.mkdir()
    (index / "recbole-0.0.1-py3-none-any.whl").write_bytes(content)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    return Wheel("recbole==0.0.1", hashlib.sha256(content).hexdigest())


def unreachable() -> GroupLens:
    return GroupLens("http://127.0.0.1:1/ml-100k.zip")


def from_archive(url: str) -> GroupLens:
    return GroupLens(url, hashlib.sha256(ARCHIVE).hexdigest())


def test_the_files_come_from_grouplens_where_it_is_reached(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "ml-100k"
    assert isinstance(fetch(folder, [from_archive(url), unreachable()], CHECKSUMS), GroupLens)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == FILES
    assert is_complete(folder, CHECKSUMS)


def test_the_package_gives_the_same_files_where_grouplens_is_not_reached(
    wheel: Wheel, tmp_path: Path
) -> None:
    folder = tmp_path / "ml-100k"
    assert fetch(folder, [unreachable(), wheel], CHECKSUMS) is wheel
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == FILES


def test_every_source_out_of_reach_is_told_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(FetchError) as told:
        fetch(tmp_path / "data" / "ml-100k", [unreachable(), Wheel("recbole==0.0.1")], CHECKSUMS)
    assert "127.0.0.1:1/ml-100k.zip cannot be reached" in str(told.value)
    assert "pip cannot download recbole==0.0.1" in str(told.value)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("broken", ["archive", "file"])
def test_a_wrong_checksum_is_refused(url: str, tmp_path: Path, broken: str) -> None:
    source = GroupLens(url, "0" * 64) if broken == "archive" else from_archive(url)
    checksums = CHECKSUMS if broken == "archive" else {**CHECKSUMS, "u.user": {"0" * 64}}
    with pytest.raises(FetchError, match=f"SHA-256 [0-9a-f]{{64}}, not {'0' * 64}"):
        fetch(tmp_path / "ml-100k", [source], checksums)
    assert list(tmp_path.iterdir()) == []


def test_a_package_of_another_checksum_is_refused(wheel: Wheel, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="DO NOT MATCH THE HASHES"):
        fetch(tmp_path / "ml-100k", [Wheel(wheel.requirement, "0" * 64)], CHECKSUMS)


def test_half_a_folder_is_replaced_whole(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "ml-100k"
    folder.mkdir()
    (folder / "u.data").write_bytes(b"half")
    assert not is_complete(folder, CHECKSUMS)
    fetch(folder, [from_archive(url)], CHECKSUMS)
    assert is_complete(folder, CHECKSUMS)
    assert list(tmp_path.iterdir()) == [folder]


class Given(Source):
    def fetch(self) -> Mapping[str, bytes]:
        return FILES


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(fetch_data, "SOURCES", [Given()])
    monkeypatch.setattr(fetch_data, "CHECKSUMS", CHECKSUMS)
    return CliRunner()


APP = typer.Typer()
APP.command()(fetch_data.main)


def test_a_second_run_does_nothing_and_says_so(command: CliRunner, tmp_path: Path) -> None:
    first = command.invoke(APP, ["--folder", str(tmp_path / "ml-100k")])
    written = (tmp_path / "ml-100k" / "u.data").stat()
    second = command.invoke(APP, ["--folder", str(tmp_path / "ml-100k")])
    assert first.exit_code == second.exit_code == 0
    assert "checked by SHA-256" in first.output
    assert "nothing to do" in second.output
    # Not the whole: reading it to check it changes the time of its last access.
    found = (tmp_path / "ml-100k" / "u.data").stat()
    assert (found.st_ino, found.st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    command: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    result = command.invoke(APP, ["--folder", str(tmp_path / "ml-100k")])
    assert result.exit_code == 1
    assert "No space left on device" in result.output
    assert "--folder" in result.output
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_the_command_ends_with_sentences_and_a_remedy(tmp_path: Path) -> None:
    dead = "http://127.0.0.1:1"
    environment = {
        **os.environ,
        "HTTPS_PROXY": dead,
        "https_proxy": dead,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": "",
    }
    command = [sys.executable, "-m", "examples.movielens.fetch_data", "--folder", str(tmp_path / "ml-100k")]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "MovieLens 100k cannot be had" in result.stderr
    assert "files.grouplens.org" in result.stderr
    assert "HTTPS_PROXY" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "ml-100k").exists()
