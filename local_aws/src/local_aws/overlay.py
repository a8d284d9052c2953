"""A virtual environment for one build or job: sees all that another one has, keeps its own installs."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from pathlib import Path


def create(folder: Path, below: Path | None = None) -> Path:
    """Create the environment in milliseconds and return its folder of executables.

    pip finds what the environment below has already as satisfied; what is installed goes into the
    folder and comes first on its path.

    Args:
        below: a virtual environment of this interpreter; None for what the interpreter itself sees.
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
    packages = _packages(folder)
    packages.mkdir(parents=True)
    seen = site.getsitepackages() if below is None else [str(_packages(below))]
    shared = [path for path in seen if Path(path).is_dir()]
    lines = [f"import site; site.addsitedir({path!r})" for path in shared]
    (packages / "interpreter.pth").write_text("\n".join(lines) + "\n")
    return executables


def search_path(executables: Path, below: Path | None = None) -> str:
    """PATH with its own executables, then those of the environment below, then what this process has."""
    shared = Path(sys.executable).parent if below is None else below / "bin"
    return os.pathsep.join([str(executables), str(shared), os.environ.get("PATH", os.defpath)])


def _packages(folder: Path) -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
