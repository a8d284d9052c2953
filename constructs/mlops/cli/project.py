"""The repository that a command works on, and which of its examples."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mlops.spec import InvalidInputError, Problem, Settings, example_names, load_settings

_SETTINGS = "mlops.toml"


def enter_project() -> Path:
    """Work in the root of the repository around the current folder from now on; returns it.

    Its packages (``examples``, ``training``, ``endpoint_tests``) can be imported afterwards.

    Raises:
        InvalidInputError: no folder from here upwards has an ``mlops.toml``.
    """
    here = Path.cwd()
    root = _root_around(here)
    if root is None:
        remedy = "Change into the folder of your repository, or make one: mlops init FOLDER"
        problem = Problem("mlops", "the current folder", str(here), f"a folder with {_SETTINGS}", remedy)
        raise InvalidInputError([problem])
    os.chdir(root)
    # A console script finds its own folder first, and not the current one.
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return root


def choose_example(root: Path, name: str | None, command: str) -> Settings:
    """The settings of the example ``name``; left out, of the only one, or of the one chosen at the terminal.

    Raises:
        InvalidInputError: there is no such example, none at all, or with every problem of its files.
    """
    return load_settings(root, example_name(root, name, command))


def choose_examples(root: Path, names: Sequence[str], command: str, field: str = "EXAMPLE") -> list[Settings]:
    """The settings of the examples ``names``; of all, where none is named.

    Raises:
        InvalidInputError: there is no such example, none at all, or with every problem of their files.
    """
    known = example_names(root)
    if not known:
        raise InvalidInputError([_none_at_all(command, ", ".join(names))])
    problems = [_unknown(command, name, known, field) for name in names if name not in known]
    if problems:
        raise InvalidInputError(problems)
    return [load_settings(root, name) for name in names or known]


def example_name(root: Path, name: str | None, command: str) -> str:
    """The name of the example ``name``; left out, of the only one, or of the one chosen at the terminal.

    Raises:
        InvalidInputError: there is no such example, or none at all.
    """
    known = example_names(root)
    if not known:
        raise InvalidInputError([_none_at_all(command, name)])
    if name is None and len(known) == 1:
        return known[0]
    if name is None and sys.stdin.isatty() and sys.stdout.isatty():
        name = _asked(known)
    if name not in known:
        raise InvalidInputError([_unknown(command, name, known)])
    return name


def _asked(known: list[str]) -> str | None:
    """The example that a person chooses at the terminal; None where its input ends without a choice."""
    from rich.prompt import Prompt

    try:
        return Prompt.ask("Which example", choices=known)
    except EOFError:
        return None


def known_examples(incomplete: str) -> list[str]:
    """The examples whose name begins so, for the shell's completion."""
    here = Path.cwd()
    return [name for name in example_names(_root_around(here) or here) if name.startswith(incomplete)]


def _root_around(here: Path) -> Path | None:
    return next((folder for folder in (here, *here.parents) if (folder / _SETTINGS).is_file()), None)


def _none_at_all(command: str, name: str | None) -> Problem:
    allowed = "an example, which is a folder of examples/ with a stacks.py; there is none"
    return Problem(command, "EXAMPLE", name or "nothing", allowed, "Write one: mlops new NAME")


def _unknown(command: str, name: str | None, known: Sequence[str], field: str = "EXAMPLE") -> Problem:
    return Problem(command, field, name or "nothing", f"one of {', '.join(known)}", "Name one of these.")
