"""The fixtures; pytest finds them by the entry point ``pytest11``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from mlops.toolchain import bindings

if TYPE_CHECKING:
    # Every run of pytest loads this module; only those that ask for stacks need the rest.
    from mlops.testing.stack import Stack

# A test may import cdktf before the library, and pytest loads this module before any test.
bindings.seed()


class OneFileForEachStack(JSONSnapshotExtension):
    """``tests/snapshots/<stack>.json``, the stack being the test's parameter."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Beside the test's file."""
        return str(Path(test_location.filepath).parent / "snapshots")

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:  # noqa: ARG003
        """The parameter alone."""
        return re.sub(r".*\[(.*)\]", r"\1", test_location.snapshot_name)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes ``each_stack`` runs for each, unless it names the stacks itself."""
    if "each_stack" in metafunc.fixturenames and not _names_them(metafunc):
        from mlops.testing.synthesis import stack_names

        metafunc.parametrize("each_stack", stack_names(metafunc.config.rootpath), indirect=True)


def _names_them(metafunc: pytest.Metafunc) -> bool:
    return any(mark.args[0] == "each_stack" for mark in metafunc.definition.iter_markers("parametrize"))


@pytest.fixture(scope="session")
def every_stack(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Every stack of the repository, by name, made with the settings of the tests' own."""
    from mlops.testing.synthesis import with_test_settings

    return with_test_settings(pytestconfig.rootpath, tmp_path_factory.mktemp("test-settings"))


@pytest.fixture(scope="session")
def own_stacks(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Every stack of the repository, by name, as its ``mlops.toml`` has it."""
    from mlops.testing.synthesis import own_settings

    return own_settings(pytestconfig.rootpath, tmp_path_factory.mktemp("own-settings"))


@pytest.fixture
def each_stack(request: pytest.FixtureRequest, every_stack: dict[str, Stack]) -> Stack:
    """One stack, made with the settings of the tests' own."""
    return every_stack[request.param]


@pytest.fixture
def stack_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """``tests/snapshots/<stack>.json``; ``pytest --snapshot-update`` writes it."""
    return snapshot.use_extension(OneFileForEachStack)
