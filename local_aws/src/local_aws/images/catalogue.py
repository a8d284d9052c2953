"""The images that come with the local AWS, and what each installs.

A framework's image takes a package here with a ``requirements.in``, the name of its repository, and what
serves: ``model_functions`` does most of that.
"""

from __future__ import annotations

from pathlib import Path

from local_aws.images.factorization_machines import METRICS
from local_aws.images.image import Image, module

_PACKAGE = "local_aws.images"
_SCRIPT_MODE = module(f"{_PACKAGE}.script_mode")


def _requirements(name: str) -> Path:
    """With hashes: ``make lock`` writes it from the ``requirements.in`` beside it."""
    return Path(__file__).parent / name / "requirements.txt"


def _script_image(repository: str, name: str) -> Image:
    """An image that trains scripts and serves by their own functions."""
    return Image(
        repository,
        train=_SCRIPT_MODE,
        serve=module(f"{_PACKAGE}.{name}.serve"),
        requirements=_requirements(name),
    )


IMAGES = (
    Image(
        "factorization-machines",
        train=module(f"{_PACKAGE}.factorization_machines.train"),
        serve=module(f"{_PACKAGE}.factorization_machines.serve"),
        metrics=METRICS,
    ),
    _script_image("sagemaker-scikit-learn", "scikit_learn"),
    _script_image("sagemaker-xgboost", "xgboost"),
    Image("tensorflow-training", train=_SCRIPT_MODE, serve=None, requirements=_requirements("tensorflow")),
    Image(
        "tensorflow-inference",
        train=None,
        serve=module(f"{_PACKAGE}.tensorflow.serve"),
        requirements=_requirements("tensorflow"),
    ),
)
