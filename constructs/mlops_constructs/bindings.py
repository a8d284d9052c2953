"""Makes the AWS provider's bindings load only the submodules that are used."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

PACKAGE = "cdktf_cdktf_provider_aws"


def seed() -> None:
    """Put a bare package in place of the bindings' own, whose ``__init__`` imports 2,200 submodules."""
    if PACKAGE in sys.modules:
        return
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError(f"{PACKAGE} is not installed. Run: make setup", name=PACKAGE)
    package = ModuleType(PACKAGE)
    package.__spec__ = spec
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules[PACKAGE] = package
