"""What pytest finds by the entry point ``pytest11``, wherever the library is installed.

There may be no extra ``test`` there, or no bindings: a run that has no use for stacks goes on without them.
"""

from __future__ import annotations

from importlib.util import find_spec

from mlops.toolchain import bindings

if all(find_spec(package) for package in ("syrupy", "cdktf", bindings.PACKAGE)):
    # A test may import cdktf before the library, and pytest loads this module before any test.
    bindings.seed()
    from mlops.testing.fixtures import (
        each_stack,
        every_stack,
        own_stacks,
        pytest_generate_tests,
        stack_snapshot,
    )

    __all__ = ["each_stack", "every_stack", "own_stacks", "pytest_generate_tests", "stack_snapshot"]
