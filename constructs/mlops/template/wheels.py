"""The library's wheels in a new repository, as long as no package index has them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mlops.spec import InvalidInputError, Problem
from mlops.spec.problems import FailedError

DISTRIBUTIONS = ("sagemaker-mlops-cdktf", "sagemaker-local-aws", "sagemaker-recordio")
_REMEDY = "Name the folder that has the wheels: --wheels FOLDER"


@dataclass(frozen=True)
class Origin:
    """Where an installed distribution came from: a wheel file, or its source where it is editable."""

    name: str
    path: Path


def copy_wheels(folder: Path, given: Path | None) -> bool:
    """Have the wheels of the three distributions in ``folder``; False where an index has them.

    They are those of the folder ``given``; without it, those that this environment was installed from,
    or built of the sources that it was installed from.

    Raises:
        InvalidInputError: a wheel is not where it should be.
        FailedError: a wheel cannot be built.
    """
    origins = _in_folder(given) if given else [found for name in DISTRIBUTIONS if (found := _origin(name))]
    if not origins:
        return False
    gone = [origin for origin in origins if not origin.path.exists()]
    if gone:
        allowed = "the wheel that it was installed from"
        raise InvalidInputError(
            Problem("init", each.name, f"{each.path}, which is gone", allowed, _REMEDY) for each in gone
        )
    folder.mkdir(parents=True)
    for origin in origins:
        if origin.path.is_dir():
            _build(origin, folder)
        else:
            shutil.copyfile(origin.path, folder / origin.path.name)
    return True


def _in_folder(given: Path) -> list[Origin]:
    """One wheel of each distribution.

    Raises:
        InvalidInputError: not exactly one is there.
    """
    found = {name: sorted(given.glob(f"{name.replace('-', '_')}-*.whl")) for name in DISTRIBUTIONS}
    problems = [
        Problem("init", "--wheels", f"{given}, which has {len(files)} of {name}", "one of each", _REMEDY)
        for name, files in found.items()
        if len(files) != 1
    ]
    if problems:
        raise InvalidInputError(problems)
    return [Origin(name, files[0]) for name, files in found.items()]


def _origin(name: str) -> Origin | None:
    """None of what came from an index. https://packaging.python.org/en/latest/specifications/direct-url/"""
    try:
        text = distribution(name).read_text("direct_url.json")
    except PackageNotFoundError:
        remedy = "Run: pip install 'sagemaker-mlops-cdktf[local]'"
        raise InvalidInputError([Problem("init", name, "nothing", "installed", remedy)]) from None
    url = urlsplit(json.loads(text)["url"]) if text else None
    return Origin(name, Path(url2pathname(url.path))) if url and url.scheme == "file" else None


def _build(origin: Origin, folder: Path) -> None:
    command = ["-m", "uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable]
    done = subprocess.run(  # noqa: S603 - uv, on the library's own source
        [sys.executable, *command, "--out-dir", str(folder), str(origin.path)],
        capture_output=True,
        text=True,
        check=False,
    )
    # By uv, so that git would leave the wheels out.
    (folder / ".gitignore").unlink(missing_ok=True)
    if done.returncode != 0:
        # Without colours and indices' addresses there is nothing in it that helps.
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stderr).strip()
        raise FailedError(f"The wheel of {origin.path} cannot be built.\n{said}\n{_REMEDY}")
