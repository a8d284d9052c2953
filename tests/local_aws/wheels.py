"""The distributions installed from their wheels, apart from the checkout."""

from __future__ import annotations

import site
import subprocess
import sys
import sysconfig
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[2]


def build(folder: Path, *distributions: str) -> list[Path]:
    """The wheels of these folders of the checkout."""
    for name in distributions:
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
        subprocess.run([*command, str(ROOT / name)], check=True, capture_output=True)
    return sorted(folder.glob("*.whl"))


def install(folder: Path, *wheels: Path) -> Path:
    """The executables of an environment with the wheels, and what they need of others.

    Others' packages are seen where they are; what is installed there from a checkout is not, since it takes
    ``.pth`` files, which are read in the environment's own folder only.
    """
    uv = find_uv_bin()
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    offline = [uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", f"{folder}/bin/python"]
    subprocess.run([*offline, *map(str, wheels)], check=True)
    (packages(folder) / "others.pth").write_text("".join(f"{path}\n" for path in site.getsitepackages()))
    return folder / "bin"


def packages(environment: Path) -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))
