"""Serve: ``python -m local_aws.images.xgboost.serve``."""

from __future__ import annotations

import csv
import io
from email.message import Message
from typing import Any

import numpy as np
import xgboost
from sagemaker_inference.default_inference_handler import DefaultInferenceHandler
from sagemaker_inference.errors import UnsupportedFormatError
from sklearn.datasets import load_svmlight_file

from local_aws.images.model_functions import serve_functions

_DELIMITERS = ",;\t| "


class Defaults(DefaultInferenceHandler):  # type: ignore[misc]
    """What AWS's container does where the script has no function of its own; it must have model_fn."""

    def default_input_fn(self, input_data: Any, content_type: str, context: Any = None) -> Any:  # noqa: ARG002
        """A DMatrix of CSV or libsvm rows."""
        header = Message()
        header["Content-Type"] = content_type
        read = _READERS.get(header.get_content_type())
        if read is None:
            raise UnsupportedFormatError(content_type)
        return xgboost.DMatrix(read(input_data if isinstance(input_data, str) else input_data.decode()))

    def default_predict_fn(self, data: Any, model: Any, context: Any = None) -> Any:  # noqa: ARG002
        """The model's own prediction, whatever the features are called."""
        return model.predict(data, validate_features=False)


def _csv(text: str) -> Any:
    """Rows without a header or a label; an empty field is a missing value."""
    first = text.partition("\n")[0]
    delimiter = next((character for character in _DELIMITERS if character in first), ",")
    rows = csv.reader(io.StringIO(text.strip()), delimiter=delimiter)
    return np.array([[float(field or "nan") for field in row] for row in rows])


def _libsvm(text: str) -> Any:
    """Sparse rows; their labels say nothing here."""
    return load_svmlight_file(io.BytesIO(text.encode()), zero_based=True)[0]


_READERS = {"text/csv": _csv, "text/libsvm": _libsvm, "text/x-libsvm": _libsvm}


if __name__ == "__main__":
    serve_functions(Defaults())
