"""What is registered for an operation runs, and nothing is overwritten silently."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from local_aws import chain
from local_aws.hooks import Hooks, refuse_conflicts
from local_aws.runtime import Runtime

KINDS = ("handle", "before", "after", "transform")
# A reply is JSON or it is not, and what is handled never gets further.
TOGETHER = {frozenset({"before", "after"}), frozenset({"before", "transform"})}
PAIRS = sorted(permutations(KINDS, 2))


def register(hooks: Hooks, kind: str) -> None:
    getattr(hooks, kind)("s3", "GetObject", lambda *_: None)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_kind_of_hook_twice_for_an_operation_is_refused(kind: str) -> None:
    hooks = Hooks()
    register(hooks, kind)
    with pytest.raises(ValueError, match=f"s3:GetObject: {kind} beside {kind}"):
        register(hooks, kind)


@pytest.mark.parametrize(("first", "second"), [pair for pair in PAIRS if frozenset(pair) not in TOGETHER])
def test_a_hook_that_would_keep_another_from_running_is_refused(first: str, second: str) -> None:
    hooks, other = Hooks(), Hooks()
    register(hooks, first)
    with pytest.raises(ValueError, match=f"s3:GetObject: {second} beside {first}"):
        register(hooks, second)
    register(other, second)
    with pytest.raises(ValueError, match=f"s3:GetObject: {first} in one layer and {second} in the other"):
        refuse_conflicts(hooks, other)


@pytest.mark.parametrize(("first", "second"), [pair for pair in PAIRS if frozenset(pair) in TOGETHER])
def test_hooks_before_and_behind_moto_go_together(first: str, second: str) -> None:
    hooks, other = Hooks(), Hooks()
    register(hooks, first)
    register(other, second)
    refuse_conflicts(hooks, other)
    register(hooks, second)


def test_an_engine_that_wants_what_a_patch_has_keeps_the_local_aws_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "greedy.py").write_text(
        "def register(hooks, runtime):\n    hooks.handle('codebuild', 'CreateProject', lambda call: {})\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(chain, "ENGINES", (*chain.ENGINES, "greedy"))
    runtime = Runtime("http://127.0.0.1:1", "123456789012", "eu-west-1", tmp_path)
    with pytest.raises(ValueError, match="codebuild:CreateProject: handle in one layer and before, after"):
        chain.build(runtime, "127.0.0.1")


def test_a_second_engine_of_a_class_is_refused(tmp_path: Path) -> None:
    runtime = Runtime("http://127.0.0.1:1", "123456789012", "eu-west-1", tmp_path)
    runtime.provide(Hooks())
    with pytest.raises(ValueError, match="a second Hooks"):
        runtime.provide(Hooks())
