"""A user's ``code/inference.py`` around TensorFlow Serving's REST server, with a model that doubles."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local_aws.images.inference_server import RequestError
from local_aws.images.tensorflow import rest
from local_aws.images.tensorflow.bodies import error
from local_aws.images.tensorflow.handlers import Handlers

PAIR = """
import json
from helper import numbers

def input_handler(data, context):
    assert context.request_content_type == "text/plain", context
    return json.dumps({"instances": numbers(data.read())})

def output_handler(response, context):
    if response.status_code != 200:
        raise ValueError(response.json()["error"])
    return json.dumps(response.json()["predictions"]), context.accept_header
"""
ONE = """
import json, requests
from helper import numbers

def handler(data, context):
    reply = requests.post(context.rest_uri, data=json.dumps({"instances": numbers(data.read())})).json()
    if "error" in reply:
        raise ValueError(reply["error"])
    return json.dumps(reply["predictions"]).encode(), "application/json"
"""
HELPER = "def numbers(body): return [float(word) for word in body.split()]"
TEXT = {"content-type": "text/plain"}

Make = Callable[[str], Handlers]


def double(text: str, *, name: str, version: str | None, method: str) -> bytes:
    if (name, version, method) != ("Servo", None, "predict"):
        raise error(404, f"no {name} {version} {method}")
    return json.dumps({"predictions": [2 * value for value in json.loads(text)["instances"]]}).encode()


@pytest.fixture
def handlers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """What answers by that ``inference.py``."""
    monkeypatch.setattr(sys, "path", [*sys.path])  # it takes this project off the path
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr(sys, "modules", {**sys.modules})

    def make(script: str) -> Handlers:
        (tmp_path / "lib").mkdir()
        (tmp_path / "lib" / "helper.py").write_text(HELPER)
        (tmp_path / "inference.py").write_text(script)
        return Handlers(tmp_path, rest.start(double), "Servo")

    return make


@pytest.mark.parametrize("script", [PAIR, ONE], ids=["input_handler and output_handler", "handler"])
def test_the_users_code_asks_the_model_and_shapes_its_reply(handlers: Make, script: str) -> None:
    answer = handlers(script)
    reply = answer(b"1 2", TEXT)
    assert (reply.content_type, json.loads(reply.body)) == ("application/json", [2, 4])
    with pytest.raises(RequestError) as refused:
        answer(
            b"1", {**TEXT, "x-amzn-sagemaker-custom-attributes": "tfs-model-name=other,tfs-model-version=3"}
        )
    assert (refused.value.status, str(refused.value)) == (500, '{"error": "no other 3 predict"}')


def test_functions_that_are_missing_are_told(handlers: Make) -> None:
    with pytest.raises(NotImplementedError, match="a function handler, or input_handler and output_handler"):
        handlers("def input_handler(data, context): ...")
