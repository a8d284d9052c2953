"""The environments that images bring, with an image that needs one wheel of the test's own."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local_aws.images.image import Image, module
from local_aws.sagemaker.interpreters import FOLDER_VARIABLE, InstallError, cache, prepare
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


def test_an_image_of_ours_finds_its_modules_however_the_local_aws_was_started(
    aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if not entry.endswith("constructs")])
    image = Registry().find("registry/factorization-machines:1")  # it trains by the project's codec
    interpreter = prepare(aws.runtime, image, tmp_path / "run", lambda _: None)
    importing = interpreter.arguments(("python", "-c", "import local_aws.images, recordio"))
    subprocess.run(importing, cwd=tmp_path, env=dict(interpreter.variables), check=True)
