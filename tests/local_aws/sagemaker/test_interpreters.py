"""The environments that images bring, with an image that needs one wheel of the test's own."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local_aws.images.image import Image, module
from local_aws.sagemaker.image_environments import FOLDER_VARIABLE, InstallError, cache
from local_aws.sagemaker.interpreters import Interpreter, prepare
from local_aws.sagemaker.registry import Registry
from local_aws.server import LocalAws


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "images"))
    return tmp_path / "images"


def wheel(folder: Path) -> Path:
    path = folder / "only_here-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("only_here.py", "WORD = 'found'\n")
        info = "only_here-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: only-here\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def image(tmp_path: Path) -> Image:
    built = wheel(tmp_path)
    digest = hashlib.sha256(built.read_bytes()).hexdigest()
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"only-here @ {built.as_uri()} --hash=sha256:{digest}\n")
    return Image("own", train=module("only_here"), serve=None, requirements=requirements, folder=tmp_path)


@pytest.fixture
def prepared(aws: LocalAws, image: Image, tmp_path: Path) -> Callable[[str], tuple[str, list[str]]]:
    """An interpreter for a run of that name, and what was said meanwhile."""

    def run(name: str) -> tuple[str, list[str]]:
        said: list[str] = []
        interpreter = prepare(aws.runtime, image, tmp_path / name, said.append)
        assert "PYTHONPATH" not in interpreter.variables
        return interpreter.executable, said

    return run


def imported(executable: str, code: str = "import only_here; print(only_here.WORD)") -> str:
    return subprocess.run([executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_an_environment_is_installed_once(prepared: Callable[[str], tuple[str, list[str]]]) -> None:
    first, said = prepared("first")
    assert imported(first) == "found"
    assert "Installing what the image own runs on" in said[0]
    assert "Installed in" in said[-1]
    second, said = prepared("second")
    assert imported(second) == "found"
    assert said == []


def test_two_runs_at_a_time_install_it_once(prepared: Callable[[str], tuple[str, list[str]]]) -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(prepared, ["left", "right"]))
    assert [imported(executable) for executable, _ in runs] == ["found", "found"]
    assert sum("Installing what" in line for _, said in runs for line in said) == 1


def test_a_run_does_not_change_the_shared_environment(
    prepared: Callable[[str], tuple[str, list[str]]], tmp_path: Path
) -> None:
    executable, _ = prepared("installing")
    packages = imported(executable, "import sysconfig; print(sysconfig.get_path('purelib'))")
    assert Path(packages).is_relative_to(tmp_path / "installing")


def test_an_environment_that_cannot_be_installed_says_why(
    aws: LocalAws, image: Image, tmp_path: Path, folder: Path
) -> None:
    assert image.requirements is not None
    image.requirements.write_text(image.requirements.read_text().replace("sha256:", "sha256:0"))
    for _ in range(2):  # nothing half-made is taken for ready
        with pytest.raises(InstallError, match=r"(?s)image own .*last lines:.*hash"):
            prepare(aws.runtime, image, tmp_path / "run", lambda _: None)
    assert cache() == folder


def test_a_folder_that_cannot_be_written_is_named(
    aws: LocalAws, image: Image, tmp_path: Path, folder: Path
) -> None:
    folder.write_text("a file")
    with pytest.raises(InstallError, match=f"{folder}.*{FOLDER_VARIABLE}"):
        prepare(aws.runtime, image, tmp_path / "run", lambda _: None)


def found(interpreter: Interpreter, folder: Path, *modules: str) -> list[str]:
    """Which of the modules an image's process can import."""
    code = (
        "import importlib.util, sys\n"
        "print(*(name for name in sys.argv[1:] if importlib.util.find_spec(name) is not None))"
    )
    command = interpreter.arguments(("python", "-c", code, *modules))
    run = subprocess.run(
        command, cwd=folder, env=dict(interpreter.variables), capture_output=True, text=True, check=True
    )
    return run.stdout.split()


MODULES = ("local_aws.images.script_mode", "only_here", "recordio", "moto", "mlops", "numpy")


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({}, ["only_here"]),
        ({"requirements": None}, []),
        ({"folder": None}, ["local_aws.images.script_mode", "only_here"]),
    ],
    ids=["a user's own image", "a user's own without requirements", "an image of ours"],
)
def test_an_image_sees_its_requirements_and_nothing_of_what_runs_the_local_aws(
    aws: LocalAws, image: Image, tmp_path: Path, changes: dict[str, Any], seen: list[str]
) -> None:
    interpreter = prepare(aws.runtime, replace(image, **changes), tmp_path / "run", lambda _: None)
    modules = MODULES if "local_aws.images.script_mode" in seen else ("local_aws", *MODULES[1:])
    assert found(interpreter, tmp_path, *modules) == seen


def test_an_image_finds_no_program_of_the_environment_that_runs_the_local_aws(
    aws: LocalAws, image: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    interpreter = prepare(aws.runtime, image, tmp_path / "run", lambda _: None)
    searched = interpreter.variables["PATH"].split(":")
    assert searched[0] == str(tmp_path / "run/bin")
    assert searched[-2:] == ["/usr/bin", "/bin"]
    assert str(Path(sys.executable).parent) not in searched


def test_a_built_in_algorithm_finds_its_modules_however_the_local_aws_was_started(
    aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [])
    image = Registry().find("registry/factorization-machines:1")
    interpreter = prepare(aws.runtime, image, tmp_path / "run", lambda _: None)
    modules = ["local_aws.images.factorization_machines.train", "recordio", "numpy", "scipy"]
    assert found(interpreter, tmp_path, *modules) == modules
