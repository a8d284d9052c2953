"""A local AWS that judges by policies, whatever this machine's environment says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_aws.iam import VARIABLE
from local_aws.server import LocalAws


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "on")
        with LocalAws(tmp_path_factory.mktemp("aws")) as running:
            yield running
