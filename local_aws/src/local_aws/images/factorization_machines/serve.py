"""Serve: ``python -m local_aws.images.factorization_machines.serve``."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from local_aws.images.container import Container
from local_aws.images.factorization_machines.model import Model, ModelFileError
from local_aws.images.factorization_machines.replies import reply
from local_aws.images.factorization_machines.requests import read_request
from local_aws.images.inference_server import Prediction, serve


class Predictor:
    """A loaded model that answers requests."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> Prediction:
        """The reply to a request with these headers (lower-case names).

        Raises:
            RequestError: the request is malformed or of another format.
        """
        rows = read_request(body, headers.get("content-type", ""), self._model.feature_dim)
        scores = self._model.scores(rows)
        return reply(scores, classifier=self._model.is_classifier, accept=headers.get("accept", ""))


def main() -> int:
    """Serve the container's model until the process ends; the exit code where it cannot."""
    try:
        model = Model.load(Container().model)
    except ModelFileError as error:
        print(f"The model cannot be loaded: {error}", file=sys.stderr)
        return 1
    serve(Predictor(model))
    return 0


if __name__ == "__main__":
    sys.exit(main())
