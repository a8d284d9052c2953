"""What a repository imports: each name is there, documented, and can be imported before anything else."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mlops
import mlops.constructs
import mlops.spec
import mlops.stacks

ROOT = Path(__file__).parents[1]
PUBLIC = (mlops.constructs, mlops.spec, mlops.stacks)
EXPORTS = [(module.__name__, name) for module in PUBLIC for name in module.__all__]


@pytest.mark.parametrize(("module", "name"), EXPORTS)
def test_every_export_is_there_and_says_what_it_is(module: str, name: str) -> None:
    exported = getattr(importlib.import_module(module), name)
    # Neither a base class's text nor the signature that a dataclass without one gets.
    text = vars(exported).get("__doc__") if inspect.isclass(exported) else inspect.getdoc(exported)
    assert text
    assert not text.startswith(f"{name}(")


@pytest.mark.parametrize("module", [module.__name__ for module in PUBLIC])
def test_a_module_with_exports_lists_each_once_in_order(module: str) -> None:
    names = importlib.import_module(module).__all__
    assert names == sorted(set(names), key=lambda name: (not name[0].isupper(), name))


@pytest.mark.parametrize("module", [module.__name__ for module in PUBLIC])
def test_a_public_module_can_be_imported_first(module: str) -> None:
    subprocess.run([sys.executable, "-c", f"from {module} import *"], check=True, timeout=120)


@pytest.mark.parametrize("module", ["model_endpoint", "role", "aws"])
def test_a_private_module_can_be_imported_first(module: str) -> None:
    subprocess.run([sys.executable, "-c", f"import mlops.constructs.{module}"], check=True, timeout=120)


def test_a_construct_and_its_configuration_are_exported_together() -> None:
    configs = {name for name in mlops.constructs.__all__ if name.endswith("Config")} - {"AlarmConfig"}
    assert configs
    assert {name.removesuffix("Config") for name in configs} <= set(mlops.constructs.__all__)


def test_plain_data_is_imported_without_terraform_and_aws() -> None:
    code = "import sys, mlops.spec; sys.exit(bool({'cdktf', 'boto3', 'botocore'} & sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_bindings_are_those_that_were_trimmed_whatever_is_imported_first() -> None:
    code = (
        "import sys, cdktf; from mlops.constructs import PrivateBucket; "
        "package = sys.modules['cdktf_cdktf_provider_aws']; "
        "sys.exit(hasattr(package, 'accessanalyzer_analyzer'))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_the_version_is_the_distributions() -> None:
    project = tomllib.loads((ROOT / "constructs" / "pyproject.toml").read_text())["project"]
    assert mlops.__version__ == project["version"]
