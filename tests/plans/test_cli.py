"""The command and the workflow's step, with real synthesis, Terraform and provider, on the local AWS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.server import LocalAws
from mlops.plans.markdown import MARKER
from tests.github.workflows import run, step
from tests.project import PROJECT, settings_of

ROOT = Path(__file__).parents[2]
PARTS = ("main.py", "mlops.toml", "examples")
WITHOUT = shutil.ignore_patterns("__pycache__", "data")
# One stack of those that main.py writes, changed.
CHANGE = """
import os
from pathlib import Path
stack = Path(os.environ["CDKTF_OUTDIR"]) / "stacks/github-actions/cdk.tf.json"
stack.write_text(stack.read_text().replace("and looks for drift", "and finds drift"))
"""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the project whose branch ``main`` holds what the working tree holds."""
    folder = tmp_path_factory.mktemp("project")
    for part in PARTS:
        if (PROJECT / part).is_dir():
            shutil.copytree(PROJECT / part, folder / part, ignore=WITHOUT)
        else:
            shutil.copy(PROJECT / part, folder)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / ".gitignore").write_text("cdktf.out/\n.venv\n__pycache__\n*.md\n")
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com"]
    for command in (["init", "-q", "-b", "main"], ["add", "--all"], ["commit", "-q", "-m", "Start"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder


def environment(aws: LocalAws) -> dict[str, str]:
    return {**os.environ, **aws.runtime.environment(), "COLUMNS": "200"}


def plan(project: Path, aws: LocalAws, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mlops", "plan", *arguments]
    return subprocess.run(
        command, cwd=project, env=environment(aws), capture_output=True, text=True, timeout=600
    )


def test_bad_input_is_an_error_and_not_a_change(project: Path, aws: LocalAws) -> None:
    done = plan(project, aws, "--example", "moovielens")
    assert done.returncode == 1
    assert (
        "plan: --example: given moovielens; allowed: one of iris, movielens. Name one of these" in done.stderr
    )
    done = plan(project, aws, "--base", "nowhere")
    assert done.returncode == 1
    assert "--base: given nowhere" in done.stderr
    assert "git fetch" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pull_requests_plan_from_nothing_changed_to_its_comment(project: Path, aws: LocalAws) -> None:
    done = plan(project, aws)
    assert done.returncode == 0, done.stderr
    assert "No stack's synthesized output changed. Stacks whose output differs from" in done.stdout

    main = project / "main.py"
    main.write_text(main.read_text() + CHANGE)
    done = plan(project, aws)
    assert done.returncode == 1
    assert "github-actions: the plan failed" in done.stdout
    assert "`cdktf deploy bootstrap` makes it" in done.stdout

    names = settings_of("movielens").names
    region = {"LocationConstraint": names.region}
    aws.runtime.client("s3").create_bucket(Bucket=names.state_bucket, CreateBucketConfiguration=region)
    manifests = run(step("plan", "plan", "Fetch the manifests"), project, **environment(aws))
    assert manifests.returncode == 0, manifests.stderr
    assert manifests.stdout == "iris: PROD serves no release yet\nmovielens: PROD serves no release yet\n"
    script = step("plan", "plan", "Plan the stacks")
    step_run = run(script, project, **environment(aws), BASE="main")
    assert step_run.returncode == 0, step_run.stdout + step_run.stderr
    comment = (project / "plan.md").read_text()
    assert comment.startswith(MARKER)
    assert "| `github-actions` | 3 | · | · | · | widened, sweeping |" in comment
    assert "+ Allow glue:GetClassifier, glue:GetSecurityConfiguration, kms:ListAliases" in comment
    assert (
        "+ Allow sts:AssumeRoleWithWebIdentity for Federated arn:aws:iam::123456789012:oidc-provider"
        in comment
    )
    assert not list((project / "cdktf.out").rglob("*tfplan"))
    assert not aws.runtime.client("s3").list_objects_v2(Bucket=names.state_bucket)["KeyCount"]


def test_settings_that_are_refused_are_told_in_the_comment(project: Path, aws: LocalAws) -> None:
    main = project / "main.py"
    text = main.read_text()
    try:
        main.write_text("raise SystemExit('mlops.toml: no such region')\n")
        done = plan(project, aws, "--all", "--markdown", "plan.md")
    finally:
        main.write_text(text)
    assert done.returncode == 1
    comment = (project / "plan.md").read_text()
    assert "**Could not plan the stacks.**" in comment
    assert "mlops.toml: no such region" in comment
