"""A local AWS that really trains, builds, queries and serves.

``LocalAws`` is the server, a context manager; ``Runtime`` what it gives to programs: its environment and
clients. All else is private and may change with any version.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_aws.account_region import AccountRegion as AccountRegion
    from local_aws.runtime import Runtime as Runtime
    from local_aws.server import LocalAws as LocalAws

__all__ = ["AccountRegion", "LocalAws", "Runtime", "__version__"]

_MODULES = {"AccountRegion": "account_region", "LocalAws": "server", "Runtime": "runtime"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for: what runs in an image's process has no moto."""
    if name == "__version__":
        return version("sagemaker-local-aws")
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
