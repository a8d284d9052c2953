"""Terraform installed by a build that has none, from a server that stands for HashiCorp's."""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mlops.builds.terraform import install_terraform
from mlops.spec import InvalidInputError
from mlops.spec.problems import FailedError

ARCHIVE = "1.11.4/terraform_1.11.4_linux_amd64.zip"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The server's address, and the checksum of its archive, whose Terraform says so."""
    archive = tmp_path / ARCHIVE
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("LICENSE.txt", "")
        file.writestr("terraform", "#!/bin/sh\necho installed\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", hashlib.sha256(archive.read_bytes()).hexdigest()
        server.shutdown()


@pytest.fixture
def no_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.mark.usefixtures("no_terraform")
def test_a_machine_without_terraform_gets_it_by_its_checksum(releases: tuple[str, str]) -> None:
    url, sha256 = releases
    install_terraform({"TERRAFORM_VERSION": "1.11.4", "TERRAFORM_SHA256": sha256}, url)
    run = subprocess.run(["terraform"], env=dict(os.environ), capture_output=True, text=True, check=True)
    assert run.stdout == "installed\n"


@pytest.mark.usefixtures("no_terraform")
def test_another_terraform_is_refused(releases: tuple[str, str]) -> None:
    before = os.environ["PATH"]
    with pytest.raises(FailedError, match=r"not 0{64}: nothing of it was run"):
        install_terraform({"TERRAFORM_VERSION": "1.11.4", "TERRAFORM_SHA256": "0" * 64}, releases[0])
    assert os.environ["PATH"] == before


@pytest.mark.usefixtures("no_terraform")
def test_a_version_that_is_not_there_is_reported_with_its_address(releases: tuple[str, str]) -> None:
    url, sha256 = releases
    with pytest.raises(FailedError, match=rf"{url}/1.0.0/terraform_1.0.0_linux_amd64.zip cannot be had"):
        install_terraform({"TERRAFORM_VERSION": "1.0.0", "TERRAFORM_SHA256": sha256}, url)


@pytest.mark.usefixtures("no_terraform")
def test_every_missing_variable_is_reported() -> None:
    with pytest.raises(InvalidInputError, match=r"(?s)TERRAFORM_VERSION.*TERRAFORM_SHA256"):
        install_terraform({})
