"""The demo's local AWS and the user's own images."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local_aws import state_file
from local_aws.runtime import Runtime
from mlops.demo.server import Server, ServerError
from mlops.spec.settings import Aws
from mlops.toolchain.processes import Processes

AWS = Aws(account_id="123456789012", region="eu-west-1")


def test_what_is_wrong_with_them_is_told_before_anything_starts(tmp_path: Path) -> None:
    images = tmp_path / "local_images.toml"
    images.write_text('[[image]]\nrepository = "churn"\n')
    server = Server(tmp_path / "work", AWS, Processes(), [images])
    with pytest.raises(ServerError, match=r"local_images\.toml: image\.1: .*at least one of train and serve"):
        server.start(os.environ)


def test_a_local_aws_that_runs_without_them_is_to_be_stopped_first(tmp_path: Path) -> None:
    images = tmp_path / "local_images.toml"
    runtime = Runtime("http://127.0.0.1:1", AWS.account_id, AWS.region, tmp_path)
    with state_file.hold(tmp_path) as path:
        state_file.announce(path, runtime)
        with pytest.raises(
            ServerError, match=r"has not read .*local_images\.toml\. Stop it first: mlops down"
        ):
            Server(tmp_path, AWS, Processes(), [images]).start({})
        state_file.announce(path, runtime, [images])
        assert Server(tmp_path, AWS, Processes(), [images]).start({}) == "http://127.0.0.1:1"
