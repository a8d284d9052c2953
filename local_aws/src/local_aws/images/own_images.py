"""A user's own images and the commands that stand for them: files given to ``local_aws up --images``.

::

    [[image]]
    repository = "churn"                # of 123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1
    train = "python train.py"
    serve = "python serve.py"
    folder = "container"                # where the commands run; left out, the file's own folder
    requirements = "requirements.txt"   # what `python` has; left out, its standard library
"""

from __future__ import annotations

import shlex
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from local_aws.images.image import Command, Image


class OwnImagesError(ValueError):
    """Everything that is wrong with the files, a problem a line."""


def _words(command: str) -> str:
    try:
        empty = not shlex.split(command)
    except ValueError as error:
        raise ValueError(f"a command as in a shell: {error}") from error
    if empty:
        raise ValueError("a command such as `python train.py`")
    return command


_CommandLine = Annotated[str, AfterValidator(_words)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    repository: str = Field(pattern=r"^[a-z0-9]+([._/-][a-z0-9]+)*$")
    train: _CommandLine | None = None
    serve: _CommandLine | None = None
    folder: str = "."
    requirements: str | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.train is None and self.serve is None:
            raise ValueError("at least one of train and serve")
        return self

    def image(self, base: Path) -> Image:
        requirements = base / self.requirements if self.requirements else None
        return Image(
            self.repository,
            train=_command(self.train),
            serve=_command(self.serve),
            requirements=requirements,
            folder=base / self.folder,
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    image: list[_Entry] = Field(min_length=1)


def _command(line: str | None) -> Command | None:
    return tuple(shlex.split(line)) if line else None


def read_images(files: Sequence[Path]) -> list[Image]:
    """The images that the files declare.

    Raises:
        OwnImagesError: with everything that is wrong with every file.
    """
    images: list[Image] = []
    problems: list[str] = []
    for path in files:
        try:
            content = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except ValidationError as error:
            problems += [_problem(path, item) for item in error.errors()]
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else error
            remedy = "It must be a readable TOML file; see the README of sagemaker-local-aws, Images"
            problems.append(f"{path}: {said}. {remedy}")
        else:
            found = [entry.image(path.absolute().parent) for entry in content.image]
            problems += [f"{path}: {problem}" for image in found for problem in _missing(image)]
            images += found
    counts = Counter(image.repository for image in images)
    problems += [
        f"repository: given {name!r} {count} times; allowed: once. Remove all but one [[image]] of it."
        for name, count in counts.items()
        if count > 1
    ]
    if problems:
        raise OwnImagesError("\n".join(problems))
    return images


def _missing(image: Image) -> Iterator[str]:
    if image.folder and not image.folder.is_dir():
        yield f"folder of {image.repository}: given {image.folder}; allowed: a folder. Make it or correct it."
    if image.requirements and not image.requirements.is_file():
        yield (
            f"requirements of {image.repository}: given {image.requirements}; allowed: a pip requirements "
            "file. Write it or correct it."
        )


def _problem(path: Path, error: Any) -> str:
    field = ".".join(str(part + 1 if isinstance(part, int) else part) for part in error["loc"]) or "(file)"
    if error["type"] == "missing":
        return f"{path}: {field}: given nothing; allowed: a value. Add it."
    allowed = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        known = _Entry.model_fields if len(error["loc"]) > 1 else _File.model_fields
        allowed = f"one of {', '.join(known)}"
    return f"{path}: {field}: given {error['input']!r}; allowed: {allowed}. Correct it."
