"""``python -m mlops.toolchain``: print the environment to export, or say what is missing."""

from __future__ import annotations

import os
import shlex
import sys

from mlops.toolchain import ToolchainError, terraform_environment


def main() -> int:
    """Print ``export`` lines for what differs from the present environment; 1 if a tool is missing."""
    try:
        environment = terraform_environment()
    except ToolchainError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, value in sorted(environment.items()):
        if os.environ.get(name) != value:
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
