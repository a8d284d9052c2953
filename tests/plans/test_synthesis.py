"""Which stacks a change concerns, with a project of a few lines in place of the real one."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from mlops.plans.collect import Base, Collector, Request
from mlops.plans.synthesis import SynthesisError, changed_since, merge_base, synthesize

# Writes the stacks that `stacks.json` holds, and those that the release names.
MAIN = """
import json, os, sys
from pathlib import Path
out = Path(os.environ["CDKTF_OUTDIR"])
stacks = json.loads(Path("stacks.json").read_text())
release = os.environ.get("MLOPS_RELEASE")
if release:
    stacks[Path(release).read_text()] = {}
else:
    sys.stderr.write("a-prod is left out: MLOPS_RELEASE names no release.json of a\\n")
for name, content in stacks.items():
    (out / "stacks" / name).mkdir(parents=True, exist_ok=True)
    local = {"local": {"path": "absent.tfstate"}}
    text = json.dumps({**content, "terraform": {"backend": local}, "//": str(out)})
    (out / "stacks" / name / "cdk.tf.json").write_text(text)
(out / "manifest.json").write_text(json.dumps({"stacks": stacks}))
"""


def git(project: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", *arguments]
    return subprocess.run(command, cwd=project, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose stacks are ``a-init`` and ``b-init``."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "main.py").write_text(MAIN)
    (folder / "stacks.json").write_text(json.dumps({"a-init": {"x": 1}, "b-init": {"x": 1}}))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "Start")
    return folder


def concerned(project: Path) -> tuple[list[str], list[str]]:
    return changed_since(git(project, "rev-parse", "HEAD"), project, synthesize(project), ())


def test_only_a_stack_whose_output_differs_is_concerned(project: Path) -> None:
    assert concerned(project) == ([], [])
    (project / "stacks.json").write_text(json.dumps({"a-init": {"x": 2}, "b-init": {"x": 1}, "c-init": {}}))
    assert concerned(project) == (["a-init", "c-init"], [])


def test_a_stack_that_is_gone_is_told_with_what_to_do(project: Path) -> None:
    (project / "stacks.json").write_text(json.dumps({"a-init": {"x": 1}}))
    assert concerned(project) == ([], ["b-init"])
    base = Base(git(project, "rev-parse", "HEAD"), "origin/main")
    review = Collector(project, {}, lambda _: None).review(Request(base=base))
    assert any(
        "b-init is synthesized no more" in note and "cdktf destroy b-init" in note for note in review.notes
    )
    assert review.exit_code == 0


def test_another_version_of_the_library_concerns_every_stack(project: Path) -> None:
    (project / "requirements.txt").write_text("sagemaker-mlops-cdktf==0.2.0\n")
    git(project, "add", "--all")
    git(project, "commit", "-q", "-m", "Pin the library")
    base = Base(git(project, "rev-parse", "HEAD"), "main")
    same = Collector(project, {}, lambda _: None).review(Request(base=base))
    assert not any("requirements.txt" in note for note in same.notes)
    (project / "requirements.txt").write_text("sagemaker-mlops-cdktf==0.3.0\n")
    review = Collector(project, {}, lambda _: None).review(Request(base=base))
    assert any(note.startswith("Every stack is planned: the library differs") for note in review.notes)
    assert sum("is not planned: its state is the file absent.tfstate" in note for note in review.notes) == 2


def test_an_older_commit_that_cannot_be_synthesized_leaves_every_stack_to_plan(project: Path) -> None:
    (project / "main.py").write_text("raise SystemExit('broken')")
    git(project, "commit", "-q", "-a", "-m", "Break")
    (project / "main.py").write_text(MAIN)
    base = Base(git(project, "rev-parse", "HEAD"), "main")
    review = Collector(project, {}, lambda _: None).review(Request(base=base))
    assert "Every stack is planned: main cannot be synthesized (broken)." in review.notes
    assert sum("is not planned: its state is the file absent.tfstate" in note for note in review.notes) == 2


def test_one_example_is_looked_at_alone(project: Path) -> None:
    review = Collector(project, {}, lambda _: None).review(Request(example="a"))
    assert any(note.startswith("a-init is not planned") for note in review.notes)
    assert not any("b-init" in note for note in review.notes)


def test_several_releases_bring_the_stacks_of_each(project: Path, tmp_path: Path) -> None:
    for name in ("a-prod", "b-prod"):
        (tmp_path / name).write_text(name)
    found = synthesize(project, [tmp_path / "a-prod", tmp_path / "b-prod"])
    assert list(found.stacks) == ["a-init", "a-prod", "b-init", "b-prod"]
    assert found.left_out == ()


def test_a_project_that_cannot_be_synthesized_says_why(project: Path) -> None:
    (project / "main.py").write_text("raise SystemExit('mlops.toml: aws.region: given mars')")
    with pytest.raises(SynthesisError, match="given mars"):
        synthesize(project)


def test_the_first_reference_that_exists_is_compared_with(project: Path) -> None:
    start = git(project, "rev-parse", "HEAD")
    git(project, "checkout", "-q", "-b", "work")
    git(project, "commit", "-q", "--allow-empty", "-m", "Work")
    assert merge_base(project, "origin/main", "main") == ("main", start)
    assert merge_base(project, "origin/main") is None
