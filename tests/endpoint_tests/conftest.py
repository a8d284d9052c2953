"""The build, the model and the endpoint of the gate's own tests."""

from tests.gate.conftest import build, held_out, model, sagemaker, weights

__all__ = ["build", "held_out", "model", "sagemaker", "weights"]
