"""The repository as tests take it: its examples with settings of the tests' own.

What a team fills in at the top, ``mlops.toml``, says which account and region it has; the recorded manifests
and what is asserted are of the account 123456789012.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from mlops.spec import Settings, example_names, load_settings

ROOT = Path(__file__).parents[1]
#: A folder with ``main.py``, ``mlops.toml``, ``cdktf.json`` and the examples.
PROJECT = ROOT / "tests" / "fixtures" / "project"


def settings_of(example: str) -> Settings:
    """The example's, with the tests' own of the project; what needs an example is skipped without it."""
    if example not in example_names(PROJECT):
        pytest.skip(f"the example {example} is not in this repository", allow_module_level=True)
    return load_settings(PROJECT, example)


def clone_project(root: Path, *options: str) -> Path:
    """Clone the repository into ``root``, and commit the tests' settings where others are filled in."""
    subprocess.run(["git", "clone", "--quiet", *options, str(ROOT), str(root)], check=True)
    shutil.copy(PROJECT / "mlops.toml", root)
    author = ("-c", "user.name=tests", "-c", "user.email=tests@example.com")
    commit = ("commit", "--quiet", "--allow-empty", "--all", "--message", "Fill in the tests' settings")
    subprocess.run(["git", "-C", str(root), *author, *commit], check=True)
    return root
