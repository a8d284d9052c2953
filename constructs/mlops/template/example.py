"""An example written from the template: all of it or nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from copier import run_copy

from mlops.spec.problems import FailedError
from mlops.template.names import check_form, check_free

_STACKS = ("init", "pipeline", "qa", "prod")
# It names every example's data.
_SHARED_STACK = "github-actions"
# Only the library's own repository has it.
_LIBRARY = Path("constructs/mlops")
_SNAPSHOTS = Path("tests/snapshots")


class SnapshotError(FailedError):
    """The new example's stacks cannot be made; the message is what the test that makes them says."""


def create(root: Path, name: str) -> list[Path]:
    """Write the example ``name`` and its stacks' snapshots into the project; returns the new files.

    Raises:
        InvalidInputError: the name cannot be used.
        SnapshotError: the stacks cannot be made; then nothing is left behind.
        OSError: the files cannot be written; nor then.
    """
    check_form(name)
    with tempfile.TemporaryDirectory() as folder:
        rendered = Path(folder)
        files = render(name, rendered, in_tree=(root / _LIBRARY).is_dir())
        stacks = [f"{name}-{stack}" for stack in _STACKS]
        snapshots = [_SNAPSHOTS / f"{stack}.json" for stack in stacks]
        check_free(name, [*files, *snapshots], root)
        with _all_or_nothing(root, [*files, *snapshots, _SNAPSHOTS / f"{_SHARED_STACK}.json"]):
            for file in files:
                (root / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(rendered / file, root / file)
            tidy(root, files)
            write_snapshots(root, [*stacks, _SHARED_STACK])
    return [*files, *snapshots]


def render(name: str, folder: Path, *, in_tree: bool) -> list[Path]:
    """Render the template into an empty folder; returns its files, relative to the folder.

    ``in_tree``: the repository holds the library's source, which its builds then use.
    """
    data = {"name": name, "in_tree": in_tree}
    run_copy(str(Path(__file__).parent), folder, data=data, defaults=True, quiet=True)
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def tidy(root: Path, files: list[Path]) -> None:
    """Sort imports and wrap lines: both depend on the name."""
    python = [str(file) for file in files if file.suffix == ".py"]
    for arguments in (
        ["check", "--no-cache", "--quiet", "--fix", "--select", "I"],
        ["format", "--no-cache", "--quiet"],
    ):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, *python], cwd=root, check=True)  # noqa: S603


def write_snapshots(root: Path, stacks: Sequence[str] = ()) -> None:
    """Write the snapshots of a repository's stacks anew; of all, where none is named.

    Raises:
        SnapshotError: one cannot be made; the message is what the test that makes them says.
    """
    test = "tests/test_stacks.py::test_a_stack_is_as_in_its_snapshot"
    tests = [f"{test}[{stack}]" for stack in stacks] or [test]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--snapshot-update", *tests]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        said = done.stdout + done.stderr
        raise SnapshotError(f"{said}\nThe new stacks cannot be made, so nothing was written.")


@contextmanager
def _all_or_nothing(root: Path, files: list[Path]) -> Iterator[None]:
    """Where the block is broken off, have the files as they were, and no folder that was not there."""
    before = {file: (root / file).read_bytes() for file in files if (root / file).exists()}
    folders = {parent for file in files for parent in file.parents if not (root / parent).exists()}
    try:
        yield
    except BaseException:
        for file in files:
            (root / file).unlink(missing_ok=True)
        for file, content in before.items():
            (root / file).write_bytes(content)
        for folder in folders:
            shutil.rmtree(root / folder, ignore_errors=True)
        raise
