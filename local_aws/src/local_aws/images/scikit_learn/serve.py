"""Serve: ``python -m local_aws.images.scikit_learn.serve``."""

from __future__ import annotations

from typing import Any

import numpy as np
from sagemaker_inference import content_types, decoder
from sagemaker_inference.default_inference_handler import DefaultInferenceHandler

from local_aws.images.model_functions import serve_functions


class Defaults(DefaultInferenceHandler):  # type: ignore[misc]
    """What AWS's container does where the script has no function of its own."""

    def default_input_fn(self, input_data: Any, content_type: str, context: Any = None) -> Any:  # noqa: ARG002
        """An array; text becomes 32-bit numbers."""
        array = decoder.decode(input_data, content_type)
        return array.astype(np.float32) if content_type in content_types.UTF8_TYPES else array

    def default_predict_fn(self, data: Any, model: Any, context: Any = None) -> Any:  # noqa: ARG002
        """The model's own prediction."""
        return model.predict(data)


if __name__ == "__main__":
    serve_functions(Defaults())
