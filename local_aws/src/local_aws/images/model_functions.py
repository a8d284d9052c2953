"""Serve by a user's ``model_fn``, ``input_fn``, ``predict_fn`` and ``output_fn``, through AWS's own toolkit.

https://github.com/aws/sagemaker-inference-toolkit
"""

from __future__ import annotations

import os
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from sagemaker_inference.default_inference_handler import DefaultInferenceHandler
from sagemaker_inference.transformer import Transformer

from local_aws.images.container import Container
from local_aws.images.inference_server import Prediction, RequestError, serve
from local_aws.images.user_code import install_requirements, make_importable

_IN_CONTAINER = "/opt/ml/"


class _Context:
    """What the toolkit asks its model server for: one request's properties, and where its reply goes."""

    def __init__(self, model: Path, headers: Mapping[str, str]) -> None:
        self.system_properties = {"model_dir": str(model)}
        self.request_processor = [self]
        self._properties = {"Content-Type": headers.get("content-type"), "Accept": headers.get("accept")}
        self.status = 200
        self.content_type = "application/json"

    def get_request_properties(self) -> dict[str, str | None]:
        return self._properties

    def set_response_status(self, code: int, phrase: str) -> None:
        self.status, self.phrase = int(code), phrase

    def set_response_content_type(self, _: int, value: str) -> None:
        self.content_type = value


def serve_functions(defaults: DefaultInferenceHandler) -> None:
    """Load the model by ``model_fn``, then answer until the process ends.

    Args:
        defaults: the functions that the user's module may leave out.
    """
    container = Container()
    code = _code(container)
    install_requirements(code)
    make_importable(code)
    transformer = Transformer(defaults)
    transformer.validate_and_initialize(str(container.model), _Context(container.model, {}))

    def predict(body: bytes, headers: Mapping[str, str]) -> Prediction:
        context = _Context(container.model, headers)
        reply: Any = transformer.transform([{"body": body}], context)[0]
        if context.status != 200:
            raise RequestError(context.status, str(reply))
        return Prediction(reply if isinstance(reply, bytes) else str(reply).encode(), context.content_type)

    serve(predict)


def _code(container: Container) -> Path:
    """Where the user's module is: an archive in S3, a folder of the container or the model's ``code``."""
    given = os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", "").removeprefix("file://")
    if given.startswith("s3://"):
        bucket, _, key = given.removeprefix("s3://").partition("/")
        folder = container.base / "code"
        with tempfile.NamedTemporaryFile() as archive:
            boto3.client("s3").download_fileobj(bucket, key, archive)
            archive.flush()
            with tarfile.open(archive.name) as tar:
                tar.extractall(folder, filter="data")
        return folder
    if given.startswith(_IN_CONTAINER):
        return container.base / given.removeprefix(_IN_CONTAINER)
    return container.model / "code"
