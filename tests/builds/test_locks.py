"""Each frozen build's lock holds what its steps import: nothing else is there on AWS."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlops import builds

LOCKS = Path(builds.__file__).parent / "locks"
STEPS = [
    ("synth", "mlops.builds.synth"),
    ("synth", "mlops.stacks"),
    ("release", "mlops.builds.plan"),
    ("release", "mlops.builds.review"),
    ("release", "mlops.builds.deploy"),
    ("monitor", "mlops.builds.monitor"),
]
# Refuses every module of a distribution that is installed here, but not in the lock.
IMPORT = """
import importlib, re, sys
from importlib.metadata import packages_distributions
allowed = set(sys.argv[2:])
class Finder:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        owners = {re.sub("[-_.]+", "-", each).lower() for each in DISTRIBUTIONS.get(top, ())}
        if owners and not owners & allowed:
            raise ModuleNotFoundError(f"{name} is not in the lock", name=name)
DISTRIBUTIONS = packages_distributions()
sys.meta_path.insert(0, Finder())
importlib.import_module(sys.argv[1])
"""


@pytest.mark.parametrize(("lock", "module"), STEPS)
def test_a_steps_imports_are_in_its_lock(lock: str, module: str) -> None:
    names = re.findall(r"^([a-z0-9-]+)==", (LOCKS / f"{lock}.txt").read_text(), re.MULTILINE)
    allowed = [*names, "sagemaker-mlops-cdktf", "pip", "setuptools"]
    run = subprocess.run(
        [sys.executable, "-c", IMPORT, module, *allowed], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
