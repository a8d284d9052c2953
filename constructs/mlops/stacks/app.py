"""The CDKTF app of a repository: what its ``main.py`` runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cdktf import App

from mlops.spec import InvalidInputError, load_every_example, load_example, load_release_of
from mlops.stacks.bootstrap import BootstrapStack
from mlops.stacks.example import add_example_stacks
from mlops.stacks.github_actions import GitHubActionsStack


def synthesize(main: str) -> None:
    """Write every stack of the repository whose ``main.py`` is the file ``main`` to ``cdktf.out``.

    ``MLOPS_RELEASE`` names the ``release.json`` from which the endpoint stacks of its example are made. Where
    an input is bad, nothing is written and the process ends with ``InvalidInputError.EXIT_CODE``.
    """
    try:
        add_stacks(Path(main).resolve().parent, os.environ.get("MLOPS_RELEASE"))
    except InvalidInputError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.EXIT_CODE)


def add_stacks(root: Path, release_file: str | None) -> None:
    """Synthesize all of ``root``, or nothing.

    Raises:
        InvalidInputError: with every problem of the settings or of the release.
    """
    every = load_every_example(root)
    release = load_release_of(release_file, [s.example.name for s in every]) if release_file else None
    examples = [load_example(settings.example.name) for settings in every]
    app = App()
    BootstrapStack(app, every[0])
    GitHubActionsStack(app, every)
    for settings, example in zip(every, examples, strict=True):
        mine = release if release and release.example == settings.example.name else None
        add_example_stacks(app, settings, mine, example)
    app.synth()
