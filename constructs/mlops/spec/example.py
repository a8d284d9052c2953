"""What an example declares in ``examples/<name>/stacks.py``, as plain data: its files, images and code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from mlops.spec.problems import InvalidInputError, Problem

#: As Python's entry points have it: https://packaging.python.org/en/latest/specifications/entry-points/
_REFERENCE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_REFERENCES = ("images", "protocol", "own_stacks")


@dataclass(frozen=True)
class TrainingFile:
    """``path`` on the machine that runs Terraform, which need not be there to synthesize; ``key`` in S3."""

    path: Path
    key: str


@dataclass(frozen=True)
class Table:
    """Text files without a header line, all in the folder ``<name>/``, with their columns in order."""

    name: str
    delimiter: str
    columns: Sequence[str]

    @property
    def folder(self) -> str:
        """Where in the bucket the files are."""
        return f"{self.name}/"


@dataclass(frozen=True, kw_only=True)
class Example:
    """What one example differs in from another, beside its settings.

    Code is referred to as ``module:name`` and imported only where it is used: synthesis needs no training
    code, and training no gate.

    Attributes:
        files: the raw data, as it lies on the machine that runs Terraform.
        fetch_command: what a user runs when a file is missing.
        training_images: the ECR repositories of AWS's images that train, without registry and tag; a user's
            own image, which the settings name, comes in their place.
            https://docs.aws.amazon.com/sagemaker/latest/dg/ecr-eu-west-1.html
        endpoint_images: the same of the images that serve.
        images: refers to a function that takes the ``Settings`` and returns the URIs of AWS's images.
        protocol: refers to a ``mlops.serving.protocol.ProtocolOf``: how the endpoint is asked.
        tables: how Athena sees the files; without any, training reads the files themselves.
        channels: what a training job reads, each in a folder of the models bucket.
        own_stacks: refers to a function that takes the ``App``, the ``Settings`` and the ``Release``, if any,
            and adds stacks of the example's own.
    """

    files: Sequence[TrainingFile]
    fetch_command: str
    training_images: Sequence[str]
    endpoint_images: Sequence[str]
    images: str
    protocol: str
    tables: Sequence[Table] = ()
    channels: Sequence[str] = ("train", "test")
    own_stacks: str | None = None


def load_example(name: str) -> Example:
    """The ``EXAMPLE`` that ``examples/<name>/stacks.py`` declares; the folder of ``examples`` is importable.

    Raises:
        InvalidInputError: it declares none, or with every reference that is malformed.
    """
    declared = getattr(import_module(f"examples.{name}.stacks"), "EXAMPLE", None)
    if not isinstance(declared, Example):
        given = "nothing" if declared is None else f"a {type(declared).__name__}"
        remedy = "Write EXAMPLE = Example(files=…, …): docs/writing-an-example.md shows one."
        problem = Problem(_source(name), "EXAMPLE", given, "an Example of mlops.spec", remedy)
        raise InvalidInputError([problem])
    problems = [*_malformed(name, declared)]
    if problems:
        raise InvalidInputError(problems)
    return declared


def referred(reference: str) -> Any:
    """What ``module:name`` refers to.

    Raises:
        ImportError: there is no such module.
        AttributeError: the module has no such name.
    """
    return resolve_name(reference)


def _malformed(name: str, example: Example) -> Iterator[Problem]:
    for field in _REFERENCES:
        reference = getattr(example, field)
        if reference is not None and not _REFERENCE.fullmatch(reference):
            allowed = f"module:name, such as endpoint_tests.{name}.protocol:protocol_of"
            yield Problem(_source(name), f"EXAMPLE.{field}", repr(reference), allowed, f"Correct {field}.")


def _source(name: str) -> str:
    return f"examples/{name}/stacks.py"
