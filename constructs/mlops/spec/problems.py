"""Bad input, told all at once: each field, the value given, what is allowed and the remedy."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from mlops.spec.versions import UNREADABLE

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input file."""

    source: str
    field: str
    given: str
    allowed: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.source}: {self.field}: given {self.given}; allowed: {self.allowed}. {self.remedy}"


class InvalidInputError(Exception):
    """Everything that is wrong with the input; commands print it and exit with ``EXIT_CODE``."""

    EXIT_CODE = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class FailedError(Exception):
    """Something failed; the message says why, and the remedy. Commands print it and exit with 1."""


def parse_toml(
    path: Path, model: type[Model], parse_float: Callable[[str], Any] = float, **extra: Any
) -> Model:
    """``path`` as ``model``; ``extra`` adds top-level values that the file does not hold.

    ``parse_float`` makes a decimal number of its text; ``Decimal`` keeps 1.10 from becoming 1.1.

    Raises:
        InvalidInputError: the file is missing, is not TOML, or does not fit the model.
    """

    def loads(text: str) -> dict[str, Any]:
        return tomllib.loads(text, parse_float=parse_float)

    return _validated(path.name, model, {**_loaded(_read(path), path.name, loads, "TOML"), **extra})


def parse_json(path: Path, model: type[Model]) -> Model:
    """``path`` as ``model``.

    Raises:
        InvalidInputError: the file is missing, is not JSON, or does not fit the model.
    """
    return parse_json_bytes(_read(path), path.name, model)


def parse_json_bytes(body: bytes, source: str, model: type[Model]) -> Model:
    """The content of the file that ``source`` names as ``model``.

    Raises:
        InvalidInputError: it is not JSON, or does not fit the model.
    """
    return _validated(source, model, _loaded(body, source, json.loads, "JSON"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        remedy = f"Create {path} or run from the project's root."
        problem = Problem(path.name, "(file)", str(error.strerror), "a readable file", remedy)
        raise InvalidInputError([problem]) from error


def _loaded(body: bytes, source: str, loads: Any, language: str) -> dict[str, Any]:
    try:
        data = loads(body.decode())
    except ValueError as error:
        problem = Problem(
            source, "(file)", str(error), f"valid {language}", "Correct that place in the file."
        )
        raise InvalidInputError([problem]) from error
    if not isinstance(data, dict):
        kind = type(data).__name__
        raise InvalidInputError([Problem(source, "(file)", kind, "an object", "Wrap it in an object.")])
    return data


def _validated(source: str, model: type[Model], data: dict[str, Any]) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidInputError(_problem(source, model, item) for item in error.errors()) from error


def _problem(source: str, model: type[BaseModel], error: Any) -> Problem:
    location = [str(part) for part in error["loc"]]
    name = ".".join(location) or "(file)"
    allowed = error["msg"].removeprefix("Value error, ")
    if error["type"] == UNREADABLE:
        given, context = error["input"]["schema_version"], error["ctx"]
        return Problem(source, "schema_version", str(given), context["allowed"], context["remedy"])
    if error["type"] == "missing":
        return Problem(source, name, "nothing", _hint(model, location) or "a value", f"Add {name}.")
    if error["type"] == "extra_forbidden":
        known = ", ".join(_siblings(model, location[:-1])) or "none"
        return Problem(source, name, "an unknown field", f"one of {known}", f"Remove {name} or correct it.")
    hint = _hint(model, location)
    allowed = f"{allowed} ({hint})" if hint else allowed
    given = error["input"]
    given = str(given) if isinstance(given, Decimal) else repr(given)
    return Problem(source, name, given, allowed, f"Correct {name}.")


def _siblings(model: type[BaseModel], location: list[str]) -> list[str]:
    owner = _descend(model, location)
    return sorted(owner.model_fields) if owner else []


def _hint(model: type[BaseModel], location: list[str]) -> str | None:
    """The field's description, which says in words what is allowed."""
    owner = _descend(model, location[:-1])
    field = owner.model_fields.get(location[-1]) if owner and location else None
    return field.description if field else None


def _descend(model: type[BaseModel], location: list[str]) -> type[BaseModel] | None:
    for part in location:
        if part.isdigit():  # A place in a list of tables.
            continue
        field = model.model_fields.get(part)
        inner = _table(field.annotation) if field else None
        if inner is None:
            return None
        model = inner
    return model


def _table(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation holds, such as ``Table``, ``Table | None`` or ``tuple[Table, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_table, get_args(annotation))), None)
