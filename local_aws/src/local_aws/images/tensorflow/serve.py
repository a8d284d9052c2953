"""Serve: ``python -m local_aws.images.tensorflow.serve``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from local_aws.images.container import Container
from local_aws.images.inference_server import Prediction, serve
from local_aws.images.tensorflow import replies, rest
from local_aws.images.tensorflow.archive import ModelFileError, find
from local_aws.images.tensorflow.bodies import error, reply_type, serving_json
from local_aws.images.tensorflow.handlers import Handlers
from local_aws.images.tensorflow.requests import read_request
from local_aws.images.tensorflow.wanted import wanted

if TYPE_CHECKING:
    from local_aws.images.tensorflow.saved_models import SavedModel

_DEFAULT_NAME = "SAGEMAKER_TFS_DEFAULT_MODEL_NAME"


class Predictor:
    """Loaded models that answer requests.

    Args:
        default: the model for requests that name none.
    """

    def __init__(self, models: Mapping[str, SavedModel], default: str) -> None:
        self._models = models
        self._default = default

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> Prediction:
        """The reply to a request with these headers (lower-case names).

        Raises:
            RequestError: as AWS's container or TensorFlow Serving refuses it.
        """
        text = serving_json(body, headers.get("content-type", ""))
        name, version, method = wanted(headers, self._default)
        reply = self.predict(text, name=name, version=version, method=method)
        return Prediction(reply, reply_type(headers.get("accept", "*/*")))

    def predict(self, text: str, *, name: str, version: str | None, method: str) -> bytes:
        """The reply to a JSON document of TensorFlow Serving's.

        Raises:
            RequestError: as TensorFlow Serving refuses it.
        """
        if method != "predict":
            raise error(501, f"the local AWS has TensorFlow Serving's method predict only, not {method}")
        model = self._model(name, version)
        request = read_request(text, model.inputs)
        return replies.reply(model.run(request.signature, request.tensors), by_row=request.by_row)

    def _model(self, name: str, version: str | None) -> SavedModel:
        if name not in self._models:
            asked = f"Latest({name})" if version is None else f"Specific({name}, {version})"
            raise error(404, f"Servable not found for request: {asked}")
        if version not in (None, str(self._models[name].version)):
            raise error(404, f"Servable not found for request: Specific({name}, {version})")
        return self._models[name]


def main() -> int:
    """Serve the container's models until the process ends; the exit code where it cannot."""
    folder = Container().model
    try:
        found = find(folder)
        default = os.environ.get(_DEFAULT_NAME) or next(iter(found))
        if default not in found:
            raise ModelFileError(f"{_DEFAULT_NAME} is {default}; there are: {', '.join(sorted(found))}")
    except ModelFileError as refused:
        print(f"The model cannot be loaded: {refused}", file=sys.stderr)
        return 1
    # TensorFlow takes seconds to import: a model that is not there is told without it.
    from local_aws.images.tensorflow.saved_models import SavedModel

    predictor = Predictor({name: SavedModel(path) for name, path in found.items()}, default)
    code = folder / "code"
    own = (code / "inference.py").is_file()
    serve(Handlers(code, rest.start(predictor.predict), default) if own else predictor)
    return 0


if __name__ == "__main__":
    sys.exit(main())
