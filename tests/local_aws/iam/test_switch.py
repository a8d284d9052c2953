"""Judging can be switched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.iam import VARIABLE
from local_aws.server import LocalAws
from tests.local_aws.iam.roles import Iam


def test_switched_off_a_session_may_do_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    with LocalAws(tmp_path) as aws:
        iam = Iam(aws)
        assert iam.session(iam.role("anybody"), "sagemaker").list_models()["Models"] == []
