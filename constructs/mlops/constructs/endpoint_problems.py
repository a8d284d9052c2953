"""What AWS would refuse of a release and of an endpoint's options, found before anything is created."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops.spec import InvalidInputError, Names, Problem, Release
from mlops.spec.ecr import EcrImage
from mlops.spec.endpoint import Endpoint
from mlops.spec.endpoint_limits import validate_endpoint

_SOURCE = "release.json"
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html
_VARIABLE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,1023}")
_MAX_VARIABLES = 100
_MAX_VALUE = 1024


def validate_deployment(names: Names, environment: str, endpoint: Endpoint, release: Release) -> None:
    """Check ``release`` against the example that is to serve it, and the options of its ``endpoint``.

    Raises:
        InvalidInputError: with every problem.
    """
    problems = [*_problems(names, release), *validate_endpoint(environment, endpoint, names.region)]
    if problems:
        raise InvalidInputError(problems)


def _problems(names: Names, release: Release) -> Iterator[Problem]:
    if release.example != names.example:
        yield Problem(
            _SOURCE,
            "example",
            repr(release.example),
            repr(names.example),
            "Take the release.json of this example.",
        )
    trained_in = (names.primary or names).models_bucket
    if release.model.location[0] != trained_in:
        yield Problem(
            _SOURCE,
            "model.model_data_url",
            repr(release.model.model_data_url),
            f"an object in s3://{trained_in}, the only bucket that models are deployed from",
            "Copy the model there, or train in this project and region.",
        )
    uri = release.model.at(names).image
    image = EcrImage.parse(uri)
    if image and image.region != names.region:
        yield Problem(
            _SOURCE,
            f"model.images.{names.region}" if names.primary else "model.image",
            repr(uri),
            f"an image in {names.region}, where the endpoint is",
            "Take the image of the endpoint's region; a training names it once `mlops.toml` has that region.",
        )
    yield from _environment_problems(release.model.environment)


def _environment_problems(environment: dict[str, str]) -> Iterator[Problem]:
    if len(environment) > _MAX_VARIABLES:
        yield Problem(
            _SOURCE,
            "model.environment",
            f"{len(environment)} variables",
            f"at most {_MAX_VARIABLES}",
            "Move settings into the model's files.",
        )
    for name, value in environment.items():
        field = f"model.environment.{name}"
        if not _VARIABLE.fullmatch(name):
            allowed = "a name of letters, digits and _ that starts with no digit"
            yield Problem(_SOURCE, field, repr(name), allowed, "Rename the variable.")
        if len(value) > _MAX_VALUE:
            allowed = f"at most {_MAX_VALUE} characters"
            yield Problem(_SOURCE, field, f"{len(value)} characters", allowed, "Shorten the value.")
