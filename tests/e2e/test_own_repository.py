"""A team's own repository, from wheels to PROD, in an empty folder: nothing of this checkout is used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("constructs", "local_aws", "recordio")
OTHERS = {
    "123456789012": "210987654321",
    "eu-west-1": "us-east-1",
    'project = "my-team"': 'project = "acme"',
    "your-organisation": "acme",
    "ml-team@example.com": "someone@example.org",
}
# A third of what the lock held when the library was no distribution yet.
FEW_PACKAGES = 156 // 3

pytestmark = pytest.mark.timeout(1800)


def run(
    *command: str | Path, cwd: Path, first_on_path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it as a person would whose shell knows nothing of this checkout's environment."""
    left_out = ("PYTHONPATH", "PYTEST_", "VIRTUAL_ENV", "MLOPS_", "AWS_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    own = str(Path(sys.executable).parent)
    entries = environment["PATH"].split(os.pathsep)
    first = [str(first_on_path)] if first_on_path else []
    environment["PATH"] = os.pathsep.join([*first, *(entry for entry in entries if entry != own)])
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def must(*command: str | Path, cwd: Path, first_on_path: Path | None = None) -> str:
    done = run(*command, cwd=cwd, first_on_path=first_on_path)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def uv(*arguments: str | Path, cwd: Path) -> str:
    return must(sys.executable, "-m", "uv", *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel of each distribution, built from a clean clone."""
    folder = tmp_path_factory.mktemp("built")
    must("git", "clone", "--quiet", ROOT, "clone", cwd=folder)
    for name in FOLDERS:
        options = ("--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable)
        uv("build", *options, "--out-dir", name, f"clone/{name}", cwd=folder)
    return {name: next((folder / name).glob("*.whl")) for name in FOLDERS}


@pytest.fixture(scope="module")
def repository(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What ``mlops init`` writes; its environment has what its lock says."""
    folder = tmp_path_factory.mktemp("empty")
    uv("venv", "--quiet", "--python", sys.executable, "tool", cwd=folder)
    library, *others = wheels.values()
    uv("pip", "install", "--quiet", "--python", "tool/bin/python", f"{library}[local]", *others, cwd=folder)
    must("tool/bin/mlops", "init", "my-team", cwd=folder)
    root = folder / "my-team"
    must("make", "setup", f"PYTHON={sys.executable}", cwd=root, first_on_path=folder / "tool/bin")
    yield root
    run("make", "down", cwd=root)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_wheel_is_as_an_index_wants_it(wheels: dict[str, Path], name: str) -> None:
    assert "PASSED" in must(sys.executable, "-m", "twine", "check", "--strict", wheels[name], cwd=ROOT)


def test_the_librarys_wheel_has_no_emulator_no_examples_and_no_tests(wheels: dict[str, Path]) -> None:
    names = zipfile.ZipFile(wheels["constructs"]).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"mlops", "sagemaker_mlops_cdktf"}
    modules = [name for name in names if name.endswith(".py")]
    assert len(modules) > 100
    assert [name for name in modules if re.search(r"/(test_|conftest|examples/|local_aws/)", name)] == []
    assert "mlops/py.typed" in names


def test_the_library_alone_is_a_few_packages_and_its_spec_needs_none_of_the_large_ones(
    wheels: dict[str, Path], tmp_path: Path
) -> None:
    uv("venv", "--quiet", "--python", sys.executable, "alone", cwd=tmp_path)
    uv("pip", "install", "--quiet", "--python", "alone/bin/python", wheels["constructs"], cwd=tmp_path)
    installed = uv("pip", "freeze", "--python", "alone/bin/python", cwd=tmp_path).splitlines()
    assert len(installed) <= FEW_PACKAGES
    program = "import sys, mlops.spec; print(sorted({'cdktf', 'boto3', 'botocore'} & set(sys.modules)))"
    assert must("alone/bin/python", "-c", program, cwd=tmp_path).strip() == "[]"
    assert "init" in must("alone/bin/mlops", "--help", cwd=tmp_path)


def test_make_demo_ends_with_a_prod_endpoint_and_a_push_trains_anew(repository: Path) -> None:
    released = must("make", "demo", cwd=repository)
    assert "my-team-tumours-prod: InService" in released
    must("make", "up", cwd=repository)
    settings = repository / "examples/tumours/example.toml"
    settings.write_text(settings.read_text().replace("l2 = 1.0", "l2 = 0.5"))
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    must("git", *identity, "commit", "--quiet", "--all", "--message", "Another penalty", cwd=repository)
    pushed = run("git", "push", "local", "main", cwd=repository)
    assert pushed.returncode == 0, pushed.stderr
    assert "my-team-tumours-pipeline starts: examples/tumours/example.toml changed" in pushed.stderr
    # The sign of what has succeeded; a failed one has another.
    assert re.search(r"✓ QA +Test ", pushed.stderr), pushed.stderr


def test_make_test_passes_also_with_other_valid_settings(repository: Path) -> None:
    settings = repository / "mlops.toml"
    shipped = settings.read_text()
    # The penalty is in no stack, but what is committed by another test is none of this one's.
    must("make", "test", cwd=repository)
    settings.write_text(re.sub("|".join(OTHERS), lambda found: OTHERS[found[0]], shipped))
    done = run("make", "test", cwd=repository)
    settings.write_text(shipped)
    assert done.returncode == 0, done.stdout + done.stderr
