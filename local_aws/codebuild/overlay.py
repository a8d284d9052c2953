"""A virtual environment for one build: sees all that the running interpreter has, keeps its own installs."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from pathlib import Path


def create(folder: Path) -> Path:
    """Create the environment in milliseconds and return its folder of executables.

    pip finds what the interpreter has already as satisfied; what a build installs goes into the
    build's own folder and comes first on its path.
    """
    executables = folder / "bin"
    executables.mkdir(parents=True)
    base = Path(getattr(sys, "_base_executable", sys.executable))
    for name in ("python", "python3"):
        (executables / name).symlink_to(base)
    version = ".".join(str(part) for part in sys.version_info[:3])
    (folder / "pyvenv.cfg").write_text(
        f"home = {base.parent}\ninclude-system-site-packages = false\nversion = {version}\n"
    )
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    packages.mkdir(parents=True)
    shared = [path for path in site.getsitepackages() if Path(path).is_dir()]
    lines = [f"import site; site.addsitedir({path!r})" for path in shared]
    (packages / "interpreter.pth").write_text("\n".join(lines) + "\n")
    return executables


def search_path(executables: Path) -> str:
    """PATH for the build: its own executables, the interpreter's, then what this process has."""
    return os.pathsep.join(
        [str(executables), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    )
