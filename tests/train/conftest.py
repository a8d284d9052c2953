"""A local AWS for each test module, which the clients of its tests find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_aws.server import LocalAws


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(autouse=True)
def credentials(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "aws" in request.fixturenames:
        for name, value in request.getfixturevalue("aws").runtime.environment().items():
            monkeypatch.setenv(name, value)
