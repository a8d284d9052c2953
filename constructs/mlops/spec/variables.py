"""The environment variables by which the pipeline tells a build what it is for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.spec.problems import InvalidInputError, Problem

#: What ``read_variables`` takes for variables that several builds are told.
EXAMPLE = {"MLOPS_EXAMPLE": (r"[a-z0-9-]+", "the example's name, such as movielens")}
EXECUTION = {"MLOPS_EXECUTION_ID": (r"[A-Za-z0-9-]{1,40}", "the pipeline execution's id")}


def read_variables(environ: Mapping[str, str], wanted: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """The values of ``wanted``, in its order: each name with the pattern and, in words, what is allowed.

    Raises:
        InvalidInputError: with every variable that is missing or does not match.
    """
    problems = [
        Problem("environment", name, given or "nothing", allowed, f"Set {name} as the pipeline does.")
        for name, (pattern, allowed) in wanted.items()
        if not re.fullmatch(pattern, given := environ.get(name, ""))
    ]
    if problems:
        raise InvalidInputError(problems)
    return tuple(environ[name] for name in wanted)
