"""A virtual environment for one build or job: sees packages of others, keeps its own installs."""

from __future__ import annotations

import importlib.util
import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path


def create(folder: Path, seen: Iterable[Path] = ()) -> Path:
    """Create the environment in milliseconds and return its folder of executables.

    There is pip, which finds what the environment sees as satisfied; what is installed goes into the folder
    and comes first on its path.

    Args:
        seen: folders of packages of this very interpreter; without one, there is the standard library only.
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
    own = packages(folder)
    own.mkdir(parents=True)
    seen = [path for path in seen if path.is_dir()]
    lines = [f"import site; site.addsitedir({str(path)!r})" for path in seen]
    if seen and not any((path / "pip").is_dir() for path in seen):
        lines += _bundled_pip()
    (own / "interpreter.pth").write_text("".join(f"{line}\n" for line in lines))
    return executables


def _bundled_pip() -> list[str]:
    """Python's own copy of pip, which runs as it lies: the environments that uv makes have none.

    https://docs.python.org/3/library/ensurepip.html
    """
    module = importlib.util.find_spec("ensurepip")
    # Where a Linux distribution keeps it apart.
    elsewhere = sysconfig.get_config_var("WHEEL_PKG_DIR")
    folders = [Path(module.origin).parent / "_bundled"] if module and module.origin else []
    folders += [Path(elsewhere)] if elsewhere else []
    return [str(wheel) for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))][:1]


def packages(environment: Path) -> Path:
    """Where a virtual environment of this interpreter has its packages."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))


def interpreter_packages() -> list[Path]:
    """Where the interpreter that runs the local AWS has its packages."""
    return [Path(path) for path in site.getsitepackages()]


def search_path(*executables: Path, machine: str | None = None) -> str:
    """PATH with these folders first, then ``machine``: as this process has it, where it is left out."""
    return os.pathsep.join([*map(str, executables), machine or os.environ.get("PATH", os.defpath)])


def machine_path() -> str:
    """This process's PATH without the virtual environment that it runs in, if it runs in one."""
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    own = str(Path(sys.executable).parent) if sys.prefix != sys.base_prefix else ""
    return os.pathsep.join(entry for entry in entries if entry != own) or os.defpath
