"""What an image's local equivalent is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A program and its arguments; `python` is the interpreter of what the image installs.
Command = tuple[str, ...]


@dataclass(frozen=True)
class Metric:
    """A metric that a training job reads from its log; the first group of ``regex`` is the value."""

    name: str
    regex: str


@dataclass(frozen=True)
class Image:
    """A container image run as plain processes.

    The processes keep SageMaker's file contract below the folder ``SAGEMAKER_BASE_DIR``, which stands
    for ``/opt/ml``: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html

    Attributes:
        repository: the name of the image's repository, such as ``factorization-machines``.
        train: what trains; None for an image that only serves.
        serve: what answers ``/ping`` and ``/invocations``, on the listening socket whose descriptor is in
            ``SAGEMAKER_LISTENER``; None for an image that only trains.
        metrics: what a built-in algorithm reports; a job of another image gives its own definitions.
        distributed: whether ``train`` runs once for each instance. Otherwise one process trains on
            the objects of all instances together.
        requirements: a requirements file of all that the processes import besides
            ``local_aws.images``; installed once on a machine. Without it a user's own image has the standard
            library, and a built-in algorithm runs on what the local AWS itself runs on.
        folder: where the commands of a user's own image run. They see nothing of this tool, and what
            serves listens itself, on 127.0.0.1 at the port in ``SAGEMAKER_BIND_TO_PORT``.
    """

    repository: str
    train: Command | None
    serve: Command | None
    metrics: tuple[Metric, ...] = ()
    distributed: bool = False
    requirements: Path | None = None
    folder: Path | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is a user's own, not one that comes with the local AWS."""
        return self.folder is not None


def module(name: str) -> Command:
    """The command that runs a Python module."""
    return "python", "-m", name
