"""The local AWS installed alone, for any project: what it brings, what it needs, what images see of it."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import local_aws

from .sagemaker.test_interpreters import wheel
from .wheels import ROOT, build, packages

SOURCE = ROOT / "local_aws/src/local_aws"
PACKAGE_OF = {"pydantic_core": "pydantic", "recordio": "sagemaker-recordio", "yaml": "pyyaml"}
# What builds run as a program.
PROGRAMS = {"awscli"}
# These run on what their image's requirements install.
FRAMEWORKS = ("scikit_learn", "tensorflow", "xgboost", "model_functions.py", "script_mode.py", "user_code.py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_it_depends_on_what_it_imports_and_on_nothing_else() -> None:
    ours = [path for path in SOURCE.rglob("*.py") if not set(path.parts) & set(FRAMEWORKS)]
    used = {name for path in ours for name in imports(path)} - set(sys.stdlib_module_names) - {"local_aws"}
    project = tomllib.loads((ROOT / "local_aws/pyproject.toml").read_text())["project"]
    declared = {re.split(r"[\[=>]", dependency)[0] for dependency in project["dependencies"]}
    assert declared - PROGRAMS == {PACKAGE_OF.get(name, name) for name in used}


@pytest.mark.parametrize("name", ["local_aws", "recordio"])
def test_its_metadata_is_what_an_index_takes(name: str, tmp_path: Path) -> None:
    (path,) = build(tmp_path, name)
    check = [sys.executable, "-m", "twine", "check", "--strict", str(path)]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    names = zipfile.ZipFile(path).namelist()
    assert {each.partition("/")[0] for each in names if ".dist-info" not in each} == {name}
    assert f"{name}/py.typed" in names


def test_it_names_its_version_and_what_is_public() -> None:
    project = tomllib.loads((ROOT / "local_aws/pyproject.toml").read_text())["project"]
    assert local_aws.__version__ == project["version"]
    assert [name for name in local_aws.__all__ if not hasattr(local_aws, name)] == []


LOOK = """
import importlib.util, json, sys
print(json.dumps([name for name in sys.argv[1:] if importlib.util.find_spec(name) is not None]))
"""
PREPARE = """
import dataclasses, json, subprocess, sys
from pathlib import Path
from local_aws import LocalAws
from local_aws.images.image import Image
from local_aws.sagemaker.interpreters import prepare
work, requirements, look = map(Path, sys.argv[1:4])
ours = Image("ours", train=None, serve=None, requirements=requirements)
images = {
    "ours": ours,
    "own": dataclasses.replace(ours, folder=work),
    "bare": dataclasses.replace(ours, folder=work, requirements=None),
}
seen = {}
with LocalAws(work / "aws") as aws:
    for name, image in images.items():
        python = prepare(aws.runtime, image, work / name, print)
        command = python.arguments(("python", str(look), *sys.argv[4:]))
        run = subprocess.run(command, env=dict(python.variables), capture_output=True, text=True, check=True)
        seen[name] = json.loads(run.stdout)
print(json.dumps(seen))
"""


def run(installed: Path, folder: Path, *command: object) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{installed}:/usr/bin:/bin", "HOME": str(folder)}
    words = [str(word) for word in command]
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_installed_it_knows_nothing_of_the_library_and_images_nothing_of_what_it_is_installed_with(
    installed: Path, tmp_path: Path
) -> None:
    (packages(installed.parent) / "beside_it.py").touch()
    (tmp_path / "requirements.txt").write_text(f"only-here @ {wheel(tmp_path).as_uri()}\n")
    (tmp_path / "look.py").write_text(LOOK)
    python, modules = installed / "python", ["local_aws", "only_here", "beside_it", "moto", "recordio"]
    looked = run(installed, tmp_path, python, "look.py", *modules, "mlops")
    assert json.loads(looked.stdout) == ["local_aws", "beside_it", "moto", "recordio"]
    (tmp_path / "prepare.py").write_text(PREPARE)
    files = ("prepare.py", tmp_path, tmp_path / "requirements.txt", "look.py")
    prepared = run(installed, tmp_path, python, *files, *modules)
    assert prepared.returncode == 0, prepared.stderr
    assert json.loads(prepared.stdout.splitlines()[-1]) == {
        "ours": ["local_aws", "only_here"],
        "own": ["only_here"],
        "bare": [],
    }


def test_it_is_told_by_its_name_where_a_shell_finds_it_and_by_its_path_elsewhere(
    installed: Path, tmp_path: Path
) -> None:
    found = run(installed, tmp_path, installed / "local-aws", "status")
    assert found.stderr.endswith("Start one: local-aws up\n")
    hidden = run(Path(os.devnull), tmp_path, installed / "local-aws", "status")
    assert hidden.stderr.endswith(f"Start one: {installed / 'local-aws'} up\n")
