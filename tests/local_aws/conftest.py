"""A local AWS for each test module, and one that is installed as users install it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.server import LocalAws

from .wheels import build, install


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The executables of an environment with the local AWS from its wheel."""
    folder = tmp_path_factory.mktemp("installed")
    return install(folder / "venv", *build(folder, "local_aws", "recordio"))
