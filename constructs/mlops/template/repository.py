"""A repository of one's own, written from the template: all of it or nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import uuid
from importlib.metadata import version
from pathlib import Path

from copier import run_copy

from mlops.spec import InvalidInputError, Problem
from mlops.spec.problems import FailedError
from mlops.template.example import render, tidy, write_snapshots
from mlops.template.lock import write_lock
from mlops.template.names import check_form
from mlops.template.wheels import DISTRIBUTIONS, copy_wheels

#: The model of a new repository: what its data is of.
MODEL = "tumours"
WORKFLOWS = Path(".github/workflows")
_IDENTITY = ("-c", "user.name=mlops init", "-c", "user.email=mlops@localhost")


def init(folder: Path, model: str = MODEL, wheels: Path | None = None) -> bool:
    """Write a repository with one model into ``folder``, which is empty or not there yet.

    ``wheels`` is a folder with the library's wheels, if no package index has them and this environment was
    not installed from wheels. Returns whether it is a git repository of its own, with a first commit; not so
    within another.

    Raises:
        InvalidInputError: the folder is not empty, the model cannot be called so, or a wheel is missing.
        FailedError: there is no git, or the requirements cannot be resolved.
        SnapshotError: the stacks cannot be made.
        OSError: the files cannot be written. After any of these, nothing is left behind.
    """
    folder = folder.resolve()
    check_form(model)
    _check_free(folder)
    within = _git_inside(folder)
    made, cloned = not folder.exists(), (folder / ".git").exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # On the same disk, so that the files can be moved.
        with tempfile.TemporaryDirectory(dir=folder, prefix=".mlops-init-") as temporary:
            root = Path(temporary)
            _write(root, _slug(folder.name), model, wheels)
            if not within and not cloned:
                _run_git(root, "init", "--quiet", "--initial-branch", "main")
                _first_commit(root)
            for path in sorted(root.iterdir()):
                path.rename(folder / path.name)
        if cloned and not within:
            _first_commit(folder)
    except BaseException:
        _undo(folder, made=made, cloned=cloned)
        raise
    return not within


def _undo(folder: Path, *, made: bool, cloned: bool) -> None:
    """Leave the folder as it was: not there, or empty but for a clone's ``.git``."""
    if made:
        shutil.rmtree(folder, ignore_errors=True)
        return
    written = [path for path in folder.iterdir() if not (cloned and path.name == ".git")]
    for path in written:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def update(root: Path) -> list[Path]:
    """Write the installed library's workflows over the repository's; returns those that differ now.

    The difference is git's to show, and the owner's to take or to leave.

    Raises:
        InvalidInputError: a workflow has changes that are in no commit, which would be lost.
    """
    changed = _git(root, "status", "--porcelain", "--", str(WORKFLOWS)).stdout.splitlines()
    if changed:
        allowed = "nothing that is in no commit, since it would be overwritten"
        raise InvalidInputError(
            Problem("init --update", line[3:], "changes", allowed, "Commit them first.") for line in changed
        )
    with tempfile.TemporaryDirectory() as temporary:
        render_repository(Path(temporary), {})
        (root / WORKFLOWS).mkdir(parents=True, exist_ok=True)
        for file in sorted((Path(temporary) / WORKFLOWS).iterdir()):
            shutil.copyfile(file, root / WORKFLOWS / file.name)
    after = _git(root, "status", "--porcelain", "--untracked-files=all", "--", str(WORKFLOWS)).stdout
    return [WORKFLOWS / Path(line[3:]).name for line in after.splitlines()]


def _check_free(folder: Path) -> None:
    """A clone of an empty repository is empty, too."""
    there = sorted(path.name for path in folder.iterdir() if path.name != ".git") if folder.is_dir() else []
    if folder.is_dir() and not there:
        return
    if folder.exists():
        given = f"{folder}, which has {', '.join(there[:3])}{' …' if len(there) > 3 else ''}"
        remedy = "Name another, or add a model to a repository that is there: mlops new NAME"
        problem = Problem("init", "FOLDER", given if there else f"{folder}, a file", "an empty one", remedy)
        raise InvalidInputError([problem])


def _slug(name: str) -> str:
    """A folder's name as ``project`` in ``mlops.toml`` may have it: 2 to 20 characters of a-z, 0-9 and -."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).lstrip("-0123456789")[:20].strip("-")
    return slug if len(slug) > 1 else "mlops"


def _write(root: Path, project: str, model: str, wheels: Path | None) -> None:
    vendored = copy_wheels(root / "wheels", wheels)
    facts = {"project": project, "project_id": str(uuid.uuid4()), "version": version(DISTRIBUTIONS[0])}
    render_repository(root, {**facts, "wheels": vendored})
    with tempfile.TemporaryDirectory() as temporary:
        files = render(model, Path(temporary), in_tree=False)
        shutil.copytree(temporary, root, dirs_exist_ok=True)
    tidy(root, files)
    write_lock(root)
    write_snapshots(root)


def render_repository(root: Path, facts: dict[str, str | bool]) -> None:
    """Render all but the models, and all that commands write, into the folder ``root``."""
    data = {"part": "repository", **facts}
    run_copy(str(Path(__file__).parent), root, data=data, defaults=True, quiet=True)


def _git_inside(folder: Path) -> bool:
    """Whether the folder is, or will be, within the working tree of another repository.

    Raises:
        FailedError: there is no git.
    """
    if shutil.which("git") is None:
        raise FailedError("There is no `git` on the PATH. Install git: https://git-scm.com/downloads")
    nearest = next(path for path in (folder, *folder.parents) if path.is_dir())
    found = _git(nearest, "rev-parse", "--show-toplevel")
    return found.returncode == 0 and Path(found.stdout.strip()).resolve() != folder


def _first_commit(root: Path) -> None:
    identity = () if _git(root, "config", "user.email").returncode == 0 else _IDENTITY
    try:
        _run_git(root, "add", "--all")
        _run_git(root, *identity, "commit", "--quiet", "--message", "Start with mlops init")
    except BaseException:
        _git(root, "reset", "--quiet")
        raise


def _run_git(root: Path, *arguments: str) -> None:
    done = _git(root, *arguments)
    if done.returncode != 0:
        raise FailedError(f"git {' '.join(arguments)} failed.\n{done.stderr.strip()}")


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
