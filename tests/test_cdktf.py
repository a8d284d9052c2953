"""The CDKTF CLI, with which docs/aws.md deploys, from nothing to nothing on the local AWS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.server import LocalAws
from mlops.spec import Names, example_names, load_settings
from mlops.toolchain import terraform_environment
from tests.project import PROJECT

ROOT = Path(__file__).parents[1]
DATA = Path("examples/movielens/data/ml-100k")
TIMEOUT_SECONDS = 600

# Where make runs the tests the CLI is there: CI must not pass without it.
pytestmark = pytest.mark.skipif(
    not (ROOT / "node_modules" / ".ready").exists() and os.environ.get("CI") != "true",
    reason="the CDKTF CLI is not installed: make cdktf",
)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``cdktf`` reads, in a folder of its own, with the training data."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("main.py", "mlops.toml", "cdktf.json"):
        shutil.copy(PROJECT / name, folder)
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    # What `make cdktf` installs in a project.
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    fetch = [sys.executable, "-m", "examples.movielens.fetch_data"]
    fetched = subprocess.run(fetch, cwd=folder, capture_output=True, text=True)
    assert fetched.returncode == 0, fetched.stderr
    return folder


def cdktf(project: Path, aws: LocalAws, *arguments: str, **variables: str) -> str:
    """Run one command of the CLI to its end; what it says."""
    environment = {**terraform_environment(), **aws.runtime.environment(), **variables}
    # `python` of cdktf.json is the virtualenv's, as after its activation.
    path = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    done = subprocess.run(
        ["cdktf", *arguments],
        cwd=project,
        env={**environment, "PATH": path, "CI": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_cli_synthesizes_deploys_diffs_and_destroys(project: Path, aws: LocalAws) -> None:
    names: Names = load_settings(project, "movielens").names
    s3 = aws.runtime.client("s3")
    stack = "movielens-init"

    cdktf(project, aws, "synth")
    synthesized = {path.name for path in (project / "cdktf.out" / "stacks").iterdir()}
    examples = {f"{example}-{part}" for example in example_names(ROOT) for part in ("init", "pipeline")}
    assert synthesized == {"bootstrap", "github-actions", *examples}

    cdktf(project, aws, "deploy", "bootstrap", "--auto-approve")
    assert (project / "terraform.bootstrap.tfstate").exists()
    assert "22 to add, 0 to change, 0 to destroy" in cdktf(project, aws, "diff", stack)

    emptied = {"TF_VAR_empty_buckets_on_destroy": "true"}
    cdktf(project, aws, "deploy", stack, "--auto-approve", **emptied)
    uploaded = s3.get_object(Bucket=names.data_bucket, Key="ratings/u.data")["Body"].read()
    assert uploaded == (project / DATA / "u.data").read_bytes()
    s3.head_object(Bucket=names.state_bucket, Key=names.state_key(stack))
    assert "No changes." in cdktf(project, aws, "diff", stack, **emptied)

    cdktf(project, aws, "destroy", stack, "--auto-approve", **emptied)
    left = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert left == [names.state_bucket]
