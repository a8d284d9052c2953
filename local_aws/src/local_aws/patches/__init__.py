"""Where moto is wrong or lacks an operation: one module for each fault."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from local_aws.hooks import Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Register every patch of this package."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        import_module(module.name).register(hooks, runtime)
