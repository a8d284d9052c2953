"""Which pushes start a pipeline, by its triggers."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.codepipeline.declaration import Declaration
from local_aws.codepipeline.triggers import Push, Verdict, decide
from tests.local_aws.codepipeline.pipelines import action

CONNECTION = {"FullRepositoryId": "acme/app", "BranchName": "main", "DetectChanges": "false"}


def declared(filters: list[dict[str, Any]] | None, **configuration: str) -> Declaration:
    """A pipeline whose source has these push filters; None for no trigger."""
    source = action(
        "Source", "CodeStarSourceConnection", outputs=["Out"], configuration=CONNECTION | configuration
    )
    git = {"sourceActionName": "Source", "push": filters}
    trigger = {"providerType": "CodeStarSourceConnection", "gitConfiguration": git}
    return Declaration.read(
        {
            "name": "release",
            "roleArn": "arn:aws:iam::123456789012:role/pipeline",
            "version": 1,
            "stages": [{"name": "Source", "actions": [source]}],
            "artifactStore": {"location": "bucket"},
            "triggers": None if filters is None else [trigger],
        }
    )


def verdict(declaration: Declaration, *files: str, name: str = "main", is_tag: bool = False) -> Verdict:
    return decide(declaration, declaration.sources[0], Push(name, is_tag, files))


def names(kind: str, includes: list[str] | None = None, excludes: list[str] | None = None) -> dict[str, Any]:
    return {kind: {"includes": includes, "excludes": excludes}}


@pytest.mark.parametrize(
    ("pattern", "path", "starts"),
    [
        ("training/iris/**", "training/iris/script/train.py", True),
        ("training/iris/**", "training/iris", False),
        ("training/*", "training/a.py", True),
        ("training/*", "training/iris/a.py", False),
        ("**", "a/b/c", True),
        ("mlops.toml", "mlops.toml", True),
        ("mlops.toml", "docs/mlops.toml", False),
        ("*.{py,toml}", "main.py", True),
        ("*.{py,toml}", "main.md", False),
        ("data?.csv", "data1.csv", True),
        ("data?.csv", "data/.csv", False),
        ("[ab].py", "a.py", True),
        ("[!ab].py", "a.py", False),
        (r"a\*.py", "a*.py", True),
        (r"a\*.py", "ab.py", False),
        ("odd{", "odd{", True),
    ],
)
def test_globs_match_whole_paths_as_codepipeline_documents_them(
    pattern: str, path: str, starts: bool
) -> None:
    assert verdict(declared([names("filePaths", [pattern])]), path).starts is starts


def test_one_changed_file_is_enough_and_is_named() -> None:
    pipeline = declared([names("branches", ["main"]) | names("filePaths", ["training/**", "mlops.toml"])])
    assert verdict(pipeline, "README.md", "training/a.py") == Verdict(
        True, "training/a.py changed (filter: training/**)"
    )
    many = [f"training/{letter}.py" for letter in "abcde"]
    assert verdict(pipeline, *many).reason.startswith(
        "training/a.py, training/b.py, training/c.py and 2 more changed"
    )


@pytest.mark.parametrize(
    ("filters", "files", "reason"),
    [
        ({}, ["README.md"], "no changed file matches training/**, mlops.toml"),
        ({}, [], "no file has changed"),
        (
            {"excludes": ["**/*.md"]},
            ["training/README.md"],
            "training/README.md changed, but excluded by **/*.md",
        ),
    ],
)
def test_without_a_file_that_counts_nothing_starts(
    filters: dict[str, Any], files: list[str], reason: str
) -> None:
    paths = {"includes": ["training/**", "mlops.toml"], **filters}
    assert verdict(declared([{"filePaths": paths}]), *files) == Verdict(False, reason)


def test_an_excluded_file_does_not_hide_another() -> None:
    pipeline = declared([names("filePaths", None, ["docs/**"])])
    assert verdict(pipeline, "docs/a.md", "main.py").starts
    assert not verdict(pipeline, "docs/a.md").starts


@pytest.mark.parametrize(
    ("includes", "excludes", "branch", "reason"),
    [
        (["main"], None, "next", "the branch next matches none of main"),
        (["release/**"], ["release/old/*"], "release/old/1", "release/old/1 is excluded by release/old/*"),
        (["feature/*"], None, "feature/a/b", "matches none of feature/*"),
    ],
)
def test_a_branch_must_be_included_and_not_excluded(
    includes: list[str], excludes: list[str] | None, branch: str, reason: str
) -> None:
    pipeline = declared([names("branches", includes, excludes)])
    decided = verdict(pipeline, "a.py", name=branch)
    assert not decided.starts
    assert reason in decided.reason
    assert verdict(pipeline, name=includes[0].replace("*", "x")).starts


def test_tags_and_branches_have_filters_of_their_own() -> None:
    pipeline = declared([names("tags", ["v*"], ["v0*"])])
    assert verdict(pipeline, name="v1.0", is_tag=True).starts
    assert not verdict(pipeline, name="v0.1", is_tag=True).starts
    assert verdict(pipeline, name="v1.0").reason == "its trigger takes no branches"
    branches = declared([names("branches", ["main"])])
    assert verdict(branches, name="main", is_tag=True).reason == "its trigger takes no tags"


def test_one_filter_of_several_is_enough() -> None:
    pipeline = declared([names("tags", ["v*"]), names("branches", ["main"]) | names("filePaths", ["a/**"])])
    assert verdict(pipeline, name="v1", is_tag=True).starts
    assert verdict(pipeline, "a/b").starts
    assert verdict(pipeline, "b").reason == "its trigger takes no branches; no changed file matches a/**"


def test_a_new_branch_has_no_changed_files_to_filter() -> None:
    source = declared([names("filePaths", ["**"])])
    new = Push("main", is_tag=False, files=None)
    assert "the branch is new" in decide(source, source.sources[0], new).reason
    by_branch = declared([names("branches", ["main"])])
    assert decide(by_branch, by_branch.sources[0], new).starts


def test_a_trigger_of_pull_requests_takes_no_push() -> None:
    assert verdict(declared([]), "a").reason == "its trigger takes pull requests only"


def test_without_a_trigger_the_source_action_decides() -> None:
    assert verdict(declared(None, DetectChanges="true"), "a").starts
    assert not verdict(declared(None, DetectChanges="true"), "a", name="next").starts
    assert verdict(declared(None), "a").reason == "its source is the branch main and does not detect changes"
