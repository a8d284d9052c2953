"""The buildspec's syntax."""

from __future__ import annotations

import pytest

from local_aws.codebuild.buildspec import BuildspecError, is_inline, parse


def test_every_part_is_read() -> None:
    spec = parse("""
version: 0.2
env:
  shell: bash
  variables: {FLAG: yes, COUNT: 3}
  exported-variables: [VERSION]
phases:
  install:
    runtime-versions: {python: 3.11}
    commands:
  build:
    on-failure: ABORT
    commands: [make]
    finally: [make clean]
reports:
  tests: {files: ["**/*.xml"]}
artifacts:
  files: ["**/*"]
  secondary-artifacts:
    plan: {files: [plan.txt], discard-paths: yes}
""")
    assert spec.env.variables == {"FLAG": "yes", "COUNT": "3"}
    assert spec.phase("install").commands == ()
    assert spec.phase("build").commands == ("make",)
    assert spec.phase("build").finally_ == ("make clean",)
    assert spec.phase("build").on_failure == "ABORT"
    assert spec.phase("post_build").commands == ()
    assert spec.artifacts.secondary_artifacts["plan"].discard_paths == "yes"
    assert spec.reports["tests"].file_format == "JUNITXML"


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(BuildspecError) as caught:
        parse("""
version: 0.1
environment: {}
phases:
  biuld: {commands: [make]}
  build:
    commands:
      - echo this: that
      - make
  post_build: {on-failure: IGNORE}
artifacts:
  secondary-artifacts:
    plan: {files: []}
""")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "version",
        "phases.build.commands.0",
        "phases.post_build.on-failure",
        "phases.biuld",
        "artifacts.secondary-artifacts.plan.files",
        "environment",
    ]
    assert "'0.1'" in lines[0]
    assert "Quote it" in lines[1]
    assert "'ABORT' or 'CONTINUE'" in lines[2]
    assert "spelling" in lines[3]


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b", "a: [", "\t- x: y"])
def test_text_that_is_no_buildspec_is_refused(text: str) -> None:
    with pytest.raises(BuildspecError):
        parse(text)


def test_a_missing_section_is_named() -> None:
    with pytest.raises(BuildspecError, match="phases: missing"):
        parse("version: 0.2\n")


def test_a_path_is_told_from_inline_text() -> None:
    assert not is_inline("training/movielens/buildspec.yml")
    assert is_inline("version: 0.2\nphases: {}")
    assert is_inline('{"version": "0.2", "phases": {}}')
