"""A user's ``code/inference.py``: ``handler``, or ``input_handler`` and ``output_handler``.

https://github.com/aws/sagemaker-tensorflow-serving-container#prepost-processing
"""

from __future__ import annotations

import importlib
import io
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import requests

from local_aws.images.inference_server import Prediction
from local_aws.images.tensorflow.bodies import JSON, error
from local_aws.images.tensorflow.wanted import ATTRIBUTES, wanted
from local_aws.images.user_code import install_requirements, make_importable

Handler = Callable[[IO[bytes], "Context"], Any]


class Context(NamedTuple):
    """What the user's code learns of a request; there is no gRPC here."""

    model_name: str
    model_version: str | None
    method: str
    rest_uri: str
    grpc_port: None
    channel: None
    custom_attributes: str | None
    request_content_type: str
    accept_header: str
    content_length: int


class Handlers:
    """Answers requests by the user's code.

    Args:
        code: the folder of ``inference.py``.
        models: the address of TensorFlow Serving's models.
        default: the model for requests that name none.

    Raises:
        CalledProcessError: the code's requirements cannot be installed.
        NotImplementedError: ``inference.py`` has not the functions that it needs.
    """

    def __init__(self, code: Path, models: str, default: str) -> None:
        packages = code / "lib"
        if not packages.is_dir():  # what it holds comes in place of requirements
            install_requirements(code)
        make_importable(code, packages)
        self._handler = _handler(importlib.import_module("inference"))
        self._models = models
        self._default = default

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> Prediction:
        """The reply to a request with these headers (lower-case names).

        Raises:
            RequestError: 500 with what the user's code raised.
        """
        try:
            reply, content_type = self._handler(io.BytesIO(body), self._context(len(body), headers))
        except Exception as failed:
            traceback.print_exc()
            raise error(500, str(failed)) from failed
        return Prediction(reply if isinstance(reply, bytes) else str(reply).encode(), content_type)

    def _context(self, length: int, headers: Mapping[str, str]) -> Context:
        name, version, method = wanted(headers, self._default)
        of = f"/versions/{version}" if version else ""
        return Context(
            model_name=name,
            model_version=version,
            method=method,
            rest_uri=f"{self._models}/{name}{of}:{method}",
            grpc_port=None,
            channel=None,
            custom_attributes=headers.get(ATTRIBUTES),
            request_content_type=headers.get("content-type") or JSON,
            accept_header=headers.get("accept") or JSON,
            content_length=length,
        )


def _handler(module: Any) -> Handler:
    if hasattr(module, "handler"):
        return module.handler  # type: ignore[no-any-return]
    if not (hasattr(module, "input_handler") and hasattr(module, "output_handler")):
        raise NotImplementedError(
            "code/inference.py needs a function handler, or input_handler and output_handler"
        )

    def handle(data: IO[bytes], context: Context) -> Any:
        request = module.input_handler(data, context)
        # As the container's: the user's code sees the reply whatever its status.
        reply = requests.post(context.rest_uri, data=request)  # noqa: S113 - InvokeEndpoint has the limit
        return module.output_handler(reply, context)

    return handle
