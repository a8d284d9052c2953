"""Serve: ``python -m local_aws.images.tensorflow.serve``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from local_aws.images.container import Container
from local_aws.images.model_server import Prediction, serve
from local_aws.images.tensorflow import replies
from local_aws.images.tensorflow.archive import ModelFileError, find
from local_aws.images.tensorflow.bodies import error, reply_type, serving_json
from local_aws.images.tensorflow.requests import read_request

if TYPE_CHECKING:
    from local_aws.images.tensorflow.saved_models import SavedModel

_ATTRIBUTE = re.compile(r"(tfs-[a-z\-]+)=([^,]+)")
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
        model = self._model(headers.get("x-amzn-sagemaker-custom-attributes", ""))
        request = read_request(text, model.inputs)
        outputs = model.run(request.signature, request.tensors)
        return Prediction(
            replies.reply(outputs, by_row=request.by_row), reply_type(headers.get("accept", "*/*"))
        )

    def _model(self, attributes: str) -> SavedModel:
        """The model that the custom attributes ask for."""
        asked = dict(_ATTRIBUTE.findall(attributes))
        name, version = asked.get("tfs-model-name", self._default), asked.get("tfs-model-version")
        if (method := asked.get("tfs-method", "predict")) != "predict":
            raise error(501, f"the local AWS has TensorFlow Serving's method predict only, not {method}")
        if name not in self._models:
            wanted = f"Latest({name})" if version is None else f"Specific({name}, {version})"
            raise error(404, f"Servable not found for request: {wanted}")
        if version not in (None, str(self._models[name].version)):
            raise error(404, f"Servable not found for request: Specific({name}, {version})")
        return self._models[name]


def main() -> int:
    """Serve the container's models until the process ends; the exit code where it cannot."""
    folder = Container().model
    try:
        if (folder / "code/inference.py").exists():
            raise ModelFileError("the local AWS serves SavedModels without code/inference.py")
        found = find(folder)
        default = os.environ.get(_DEFAULT_NAME) or next(iter(found))
        if default not in found:
            raise ModelFileError(f"{_DEFAULT_NAME} is {default}; there are: {', '.join(sorted(found))}")
    except ModelFileError as refused:
        print(f"The model cannot be loaded: {refused}", file=sys.stderr)
        return 1
    # TensorFlow takes seconds to import: a model that is not there is told without it.
    from local_aws.images.tensorflow.saved_models import SavedModel

    serve(Predictor({name: SavedModel(path) for name, path in found.items()}, default))
    return 0


if __name__ == "__main__":
    sys.exit(main())
