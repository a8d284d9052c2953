"""What names /opt/ml, the container's folder, where a job's own folder stands for it.

A user's code is left alone: it finds its folders by the variables that it is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from local_aws.hooks import Params

# The channel of the scripts by which the SageMaker SDK's ModelTrainer runs a user's code.
_DRIVERS = "sm_drivers"
_DRIVER_SUFFIXES = (".py", ".sh")
_OPT_ML = re.compile(r"/opt/ml(?=/|\b)")


def command(request: Params, image: Sequence[str], base: Path) -> list[str]:
    """What a training job runs: its own entrypoint and arguments, or the image's command.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html
    """
    algorithm = request["AlgorithmSpecification"]
    entrypoint = algorithm.get("ContainerEntrypoint") or image
    arguments = algorithm.get("ContainerArguments") or []
    return [*entrypoint, *(_relocated(argument, base) for argument in arguments)]


def hyperparameters(given: Mapping[str, str], base: Path) -> dict[str, str]:
    """Those that begin with a path, such as an isolated job's ``sagemaker_submit_directory``."""
    return {
        name: _relocated(value, base) if value.lstrip('"').startswith("/opt/ml/") else value
        for name, value in given.items()
    }


def relocate_drivers(base: Path) -> None:
    """Lead the scripts of the SageMaker SDK in the job's channel to its folder."""
    for path in (base / "input/data" / _DRIVERS).rglob("*"):
        if path.suffix in _DRIVER_SUFFIXES:
            path.write_text(_relocated(path.read_text(encoding="utf-8"), base), encoding="utf-8")


def _relocated(text: str, base: Path) -> str:
    return _OPT_ML.sub(lambda _: str(base), text)
