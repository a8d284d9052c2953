"""A pytest plugin with which a repository checks its own stacks: it comes with the extra ``test``.

    def test_a_stack_is_as_in_its_snapshot(each_stack: Stack, stack_snapshot: SnapshotAssertion) -> None:
        assert each_stack.content == stack_snapshot

    def test_every_stack_keeps_the_rules(own_stacks: dict[str, Stack]) -> None:
        assert [problem for stack in own_stacks.values() for problem in stack.problems()] == []

``each_stack`` is each stack in turn, made with settings of the test's own, so that a snapshot stays as it is
whatever ``mlops.toml`` says; ``every_stack`` is all of them. ``own_stacks`` are made with ``mlops.toml``.
"""

from mlops.testing.releases import example_release
from mlops.testing.stack import Stack
from mlops.testing.synthesis import own_settings, synthesize, with_test_settings

__all__ = ["Stack", "example_release", "own_settings", "synthesize", "with_test_settings"]
