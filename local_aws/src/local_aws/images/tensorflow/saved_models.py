"""SavedModels, run as TensorFlow Serving does: in a session, by their signatures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf
from tensorflow.core.protobuf import config_pb2

from local_aws.images.tensorflow.bodies import error
from local_aws.images.tensorflow.tensors import Spec, Tensor

# https://github.com/tensorflow/serving: what a failed computation is told with; 500 for all others.
_STATUS = {
    tf.errors.InvalidArgumentError: 400,
    tf.errors.NotFoundError: 404,
    tf.errors.ResourceExhaustedError: 429,
    tf.errors.UnimplementedError: 501,
}


class SavedModel:
    """One version of a model, loaded."""

    def __init__(self, folder: Path) -> None:
        self.version = int(folder.name)
        v1 = tf.compat.v1
        self._session = v1.Session(graph=tf.Graph())
        with self._session.graph.as_default():
            definition = v1.saved_model.loader.load(self._session, ["serve"], str(folder))
            self._signatures = {
                name: _Signature(self._session, signature)
                for name, signature in definition.signature_def.items()
                if signature.inputs and signature.outputs
            }

    def inputs(self, signature: str) -> Sequence[Spec]:
        """The inputs of a signature.

        Raises:
            RequestError: 400, there is no such signature.
        """
        if signature not in self._signatures:
            raise error(400, f'Serving signature name: "{signature}" not found in signature def')
        return self._signatures[signature].inputs

    def run(self, signature: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """The outputs by their names.

        Raises:
            RequestError: what TensorFlow refuses or cannot compute, with its words.
        """
        try:
            return self._signatures[signature].run(tensors)
        except tf.errors.OpError as failed:
            raise error(_STATUS.get(type(failed), 500), failed.message) from failed


class _Signature:
    def __init__(self, session: tf.compat.v1.Session, definition: tf.compat.v1.MetaGraphDef) -> None:
        self.inputs = [
            Spec(name, _dtype_name(definition.inputs[name].dtype)) for name in sorted(definition.inputs)
        ]
        self._outputs = sorted(definition.outputs)
        options = config_pb2.CallableOptions(
            feed=[definition.inputs[spec.name].name for spec in self.inputs],
            fetch=[definition.outputs[name].name for name in self._outputs],
        )
        # The public make_callable checks shapes in Python; a wrong one must reach TensorFlow itself.
        self._call = session._make_callable_from_options(options)

    def run(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        values = self._call(*(tensors[spec.name] for spec in self.inputs))
        return dict(zip(self._outputs, values, strict=True))


def _dtype_name(number: int) -> str:
    """TensorFlow's name as TensorFlow Serving's messages have it."""
    name = str(tf.dtypes.as_dtype(number).name)
    return {"float32": "float", "float64": "double"}.get(name, name)
