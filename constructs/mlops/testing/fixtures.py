"""The fixtures of the plugin; they need the extra ``test`` and the AWS provider's bindings."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from mlops.spec import InvalidInputError
from mlops.testing.synthesis import own_settings, with_test_settings

if TYPE_CHECKING:
    from mlops.testing.stack import Stack

_STACKS = pytest.StashKey[dict[str, "Stack"]]()


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
        try:
            names = list(_every_stack(metafunc.config))
        except (AssertionError, InvalidInputError) as error:
            raise pytest.Collector.CollectError(str(error)) from None
        metafunc.parametrize("each_stack", names, indirect=True)


def _every_stack(config: pytest.Config) -> dict[str, Stack]:
    """Synthesized once: only the app knows all its stacks, of which an example may have its own."""
    if _STACKS not in config.stash:
        folder = Path(tempfile.mkdtemp(prefix="mlops-stacks-"))
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        config.stash[_STACKS] = with_test_settings(config.rootpath, folder)
    return config.stash[_STACKS]


def _names_them(metafunc: pytest.Metafunc) -> bool:
    return any(mark.args[0] == "each_stack" for mark in metafunc.definition.iter_markers("parametrize"))


@pytest.fixture(scope="session")
def every_stack(pytestconfig: pytest.Config) -> dict[str, Stack]:
    """Every stack of the repository, by name, made with the settings of the tests' own."""
    return _every_stack(pytestconfig)


@pytest.fixture(scope="session")
def own_stacks(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Every stack of the repository, by name, as its ``mlops.toml`` has it."""
    return own_settings(pytestconfig.rootpath, tmp_path_factory.mktemp("own-settings"))


@pytest.fixture
def each_stack(request: pytest.FixtureRequest, every_stack: dict[str, Stack]) -> Stack:
    """One stack, made with the settings of the tests' own."""
    return every_stack[request.param]


@pytest.fixture
def stack_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """``tests/snapshots/<stack>.json``; ``pytest --snapshot-update`` writes it."""
    return snapshot.use_extension(OneFileForEachStack)
