"""The CDKTF app, which ``python main.py`` and ``cdktf synth`` run: settings, then every example's stacks.

``MLOPS_RELEASE`` names the ``release.json`` from which the endpoint stacks of its example are made.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.append(str(ROOT / "constructs"))

from mlops_constructs.bootstrap_stack import BootstrapStack  # first: it chooses cdktf's Node
from mlops_constructs.github_actions_stack import GitHubActionsStack

# isort: split
from cdktf import App

from mlops_spec import InvalidInputError, load_every_example, load_release_of


def main(release_file: str | None) -> None:
    """Write every stack to ``cdktf.out``; where an input is bad, none."""
    every = load_every_example(ROOT)
    release = load_release_of(release_file, [s.example.name for s in every]) if release_file else None
    app = App()
    BootstrapStack(app, every[0])
    GitHubActionsStack(app, every)
    for settings in every:
        mine = release if release and release.example == settings.example.name else None
        import_module(f"examples.{settings.example.name}.stacks").add_stacks(app, settings, mine)
    app.synth()


if __name__ == "__main__":
    try:
        main(os.environ.get("MLOPS_RELEASE"))
    except InvalidInputError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.EXIT_CODE)
