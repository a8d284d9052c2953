"""The README, which is the page on PyPI: its code runs as it stands, and what it lists is there."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from local_aws import patches
from local_aws.cli import app
from local_aws.images.own_images import read_images
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "local_aws/README.md"
README = PAGE.read_text(encoding="utf-8")
_INSTALL = "pip install sagemaker-local-aws"


def test_every_command_is_documented() -> None:
    commands = {command.callback.__name__ for command in app.registered_commands if command.callback}
    assert set(re.findall(r"^\| `local-aws (\w+)` \|", README, re.MULTILINE)) == commands


def test_every_patch_is_documented() -> None:
    found = {path.stem for path in Path(patches.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)) == found


def script() -> str:
    """All code of the page in its order, as one program of a shell."""
    found = re.findall(r"^```(bash|python)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    parts = [code if language == "bash" else f"python - <<'END'\n{code}END\n" for language, code in found]
    first, *rest = parts
    assert first.strip() == _INSTALL  # as the fixture `installed` does, from the wheel
    return "".join(["set -eux\n", *rest])


def test_its_code_runs_as_it_stands_in_a_folder_of_ones_own(installed: Path, tmp_path: Path) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LOCAL_AWS"))}
    environment = own | {
        "PATH": f"{installed}:/usr/bin:/bin",
        "LOCAL_AWS_PORT": "0",  # the usual one may be taken
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    commit = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "first",
    ]
    for words in (["init", "--quiet"], commit):
        subprocess.run(["git", *words], cwd=tmp_path, env=environment, check=True)
    try:
        run = subprocess.run(
            ["bash", "-c", script()],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    finally:
        subprocess.run([installed / "local-aws", "down"], cwd=tmp_path, env=environment, check=True)
    assert run.returncode == 0, run.stderr
    assert "Completed s3://ratings/models/first/output/model.tar.gz" in run.stdout
    assert "training job  first\n" in run.stdout
    assert re.search(r"^http://127\.0\.0\.1:\d+$", run.stdout, re.MULTILINE)
    assert "has stopped." in run.stderr


def test_its_file_of_images_is_one(tmp_path: Path) -> None:
    (code,) = blocks(PAGE, "toml")
    (tmp_path / "container").mkdir()
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "images.toml").write_text(code)
    (image,) = read_images([tmp_path / "images.toml"])
    assert image.repository == tomllib.loads(code)["image"][0]["repository"]


@pytest.mark.parametrize("code", [0, 1, 2, 130])
def test_every_exit_code_is_documented(code: int) -> None:
    assert re.search(rf"^\| {code} \| \w+", README, re.MULTILINE)
