"""``mlops env``."""

from __future__ import annotations

import os
import shlex

import typer


def env() -> None:
    """Print the environment in which terraform and cdktf run here.

    A shell then finds the pinned Node with npm and cdktf, and Terraform where the machine has none.

    \b
    Example:
      eval "$(mlops env)"

    Exit code: 0; 1 where a tool is missing.
    """
    from mlops.toolchain import terraform_environment

    for name, value in sorted(terraform_environment().items()):
        if os.environ.get(name) != value:
            typer.echo(f"export {name}={shlex.quote(value)}")
