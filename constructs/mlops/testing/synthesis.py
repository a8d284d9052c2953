"""A repository's stacks, synthesized for tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from mlops.spec import example_names, load_every_example
from mlops.testing.releases import example_release
from mlops.testing.stack import Stack

_SETTINGS = "mlops.toml"
# Not part of the app, or written anew.
_LEFT_OUT = (_SETTINGS, "main.py", "cdktf.out")
_REGION = "eu-west-1"
_IMAGE = re.compile(r"\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/")
_TESTS_OWN = """\
project = "mlops"

[aws]
account_id = "123456789012"
region = "{region}"

[source]
owner = "your-organisation"
repository = "your-repository"
branch = "main"
connection_arn = \
"arn:aws:codeconnections:{region}:123456789012:connection/00000000-0000-0000-0000-000000000000"

[approval]
email = "ml-team@example.com"
"""


def own_settings(root: Path, folder: Path) -> dict[str, Stack]:
    """Every stack of the repository as its own ``mlops.toml`` has it, by name, written to ``folder``.

    Raises:
        InvalidInputError: with every problem of the settings.
    """
    load_every_example(root)
    for example in example_names(root):
        release = folder / f"{example}-release.json"
        example_release(root, example).write(release)
        synthesize(root, folder / "cdktf.out", release)
    stacks = sorted((folder / "cdktf.out" / "stacks").glob("*/cdk.tf.json"))
    return {file.parent.name: Stack(file.parent.name, file) for file in stacks}


def with_test_settings(root: Path, folder: Path) -> dict[str, Stack]:
    """The same as an ``mlops.toml`` of the tests' own has it: account 123456789012, eu-west-1.

    The region is that of an image of the user's own, where an example names one.
    """
    project = folder / "project"
    project.mkdir()
    for path in root.iterdir():
        if path.name not in _LEFT_OUT and not path.name.startswith("."):
            (project / path.name).symlink_to(path)
    # The app's root is where its main.py really lies.
    shutil.copy(root / "main.py", project)
    (project / _SETTINGS).write_text(_TESTS_OWN.format(region=_region(root)), encoding="utf-8")
    return own_settings(project, folder)


def _region(root: Path) -> str:
    """SageMaker takes images of its own region only."""
    named = [_IMAGE.search(file.read_text(encoding="utf-8")) for file in root.glob("examples/*/example.toml")]
    return next((image[1] for image in named if image), _REGION)


def synthesize(project: Path, out: Path, release: Path) -> None:
    """Run the project's ``main.py``, which must succeed, for the endpoint stacks of one release."""
    environment = {**os.environ, "CDKTF_OUTDIR": str(out), "MLOPS_RELEASE": str(release)}
    run = subprocess.run(
        [sys.executable, "main.py"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise AssertionError(f"main.py cannot make the stacks:\n{run.stderr}")
