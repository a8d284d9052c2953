"""A local AWS for the modules that only need its S3."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_aws.server import LocalAws


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running
