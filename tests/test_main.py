"""``python main.py``: every stack or none, and bad input told without a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlops.spec import example_names
from tests.project import PROJECT

ROOT = Path(__file__).parents[1]
EXAMPLES = example_names(ROOT)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what ``main.py`` reads, in a folder of its own."""
    for name in ("main.py", "mlops.toml"):
        shutil.copy(PROJECT / name, tmp_path)
    for name in ("constructs", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("data", "__pycache__"))
    return tmp_path


def run(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MLOPS_RELEASE")}
    return subprocess.run(
        [sys.executable, "main.py"],
        cwd=project,
        env={**kept, **environment},
        capture_output=True,
        text=True,
    )


def stacks(project: Path) -> set[str]:
    return {path.name for path in project.glob("cdktf.out/stacks/*")}


def release(folder: Path, **changes: object) -> str:
    manifest = {
        "example": "movielens",
        "release_id": "run-1",
        "created_at": "2026-01-02T00:00:00Z",
        "commit": "a" * 40,
        "model": {
            "image": "438346466558.dkr.ecr.eu-west-1.amazonaws.com/factorization-machines:1",
            "model_data_url": "s3://mlops-movielens-models-123456789012-eu-west-1/run-1/model/model.tar.gz",
        },
        "training": {"job_name": "job"},
        "data": {"sha256": "0" * 64, "rows": 100000, "held_out_rows": 9430},
        **changes,
    }
    path = folder / "release.json"
    path.write_text(json.dumps(manifest))
    return str(path)


def test_without_a_release_the_endpoint_stacks_are_left_out_and_that_is_said(project: Path) -> None:
    done = run(project)
    assert done.returncode == 0, done.stderr
    assert stacks(project) == {
        "bootstrap",
        "github-actions",
        *(f"{example}-{part}" for example in EXAMPLES for part in ("init", "pipeline")),
    }
    assert done.stderr.splitlines() == [
        f"{example}-qa and {example}-prod are left out: MLOPS_RELEASE names no release.json of {example}"
        for example in EXAMPLES
    ]


def test_a_release_brings_the_endpoint_stacks_of_its_example(project: Path) -> None:
    done = run(project, MLOPS_RELEASE=release(project))
    assert done.returncode == 0, done.stderr
    assert {"movielens-qa", "movielens-prod"} <= stacks(project)
    assert "iris-qa" not in stacks(project)


def test_every_bad_setting_is_told_on_a_line_and_nothing_is_written(project: Path) -> None:
    settings = project / "mlops.toml"
    bad = settings.read_text().replace('"eu-west-1"', '"Ireland"').replace("ml-team@example.com", "nobody")
    settings.write_text(bad)
    done = run(project)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["aws.region", "approval.email"]
    assert all("given" in line and "allowed" in line for line in lines)
    assert not (project / "cdktf.out").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"commit": "main"}, "commit"), ({"example": "tulips"}, "example")],
    ids=["not valid", "of another project"],
)
def test_a_bad_release_is_refused(project: Path, changes: dict[str, object], field: str) -> None:
    done = run(project, MLOPS_RELEASE=release(project, **changes))
    assert done.returncode == 2
    assert done.stderr.startswith(f"release.json: {field}: given ")
    assert not (project / "cdktf.out").exists()


def test_a_missing_release_is_told_without_a_traceback(project: Path) -> None:
    done = run(project, MLOPS_RELEASE="nowhere/release.json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_no_path_of_this_machine_gets_into_a_stack(project: Path) -> None:
    run(project, MLOPS_RELEASE=release(project))
    for file in project.glob("cdktf.out/stacks/*/cdk.tf.json"):
        assert str(project) not in file.read_text()


WHERE = "import constructs, pathlib; assert 'site-packages' in constructs.__file__, constructs.__file__\n"


@pytest.mark.parametrize(
    "command",
    [["python", "main.py"], ["python", "-m", "pytest", "-q"], ["pytest", "-q"]],
    ids=" ".join,
)
def test_the_folder_constructs_does_not_shadow_the_package(tmp_path: Path, command: list[str]) -> None:
    shutil.copytree(
        ROOT / "constructs", tmp_path / "constructs", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "main.py").write_text(WHERE)
    (tmp_path / "tests" / "test_it.py").write_text(f"def test_it():\n    {WHERE}")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, cwd=tmp_path, env={**kept, "PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_examples_the_remedy_is_told(project: Path) -> None:
    shutil.rmtree(project / "examples")
    done = run(project)
    assert (done.returncode, stacks(project)) == (2, set())
    assert done.stderr.endswith("at least one. Write an example: mlops new NAME\n")
    assert "Traceback" not in done.stderr
