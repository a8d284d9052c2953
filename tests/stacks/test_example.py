"""All stacks of an example, and those of its own."""

from __future__ import annotations

import dataclasses
import sys
import types
from typing import Any

import cdktf
import pytest

from mlops.spec import Settings, load_example
from mlops.stacks.base import ExampleStack
from mlops.stacks.example import add_example_stacks
from tests.project import settings_of


def add_reports(app: cdktf.App, settings: Settings, release: object) -> None:
    """What an example's own function does."""
    assert release is None
    ExampleStack(app, "reports", settings)


def test_an_examples_own_stacks_come_with_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = types.ModuleType("own_reports")
    module.add_stacks = add_reports  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "own_reports", module)
    app: Any = cdktf.Testing.app()
    example = dataclasses.replace(load_example("iris"), own_stacks="own_reports:add_stacks")
    add_example_stacks(app, settings_of("iris"), None, example)
    stacks = {child.node.id for child in app.node.children}
    assert {"iris-init", "iris-pipeline", "iris-reports"} <= stacks
    assert capsys.readouterr().err.startswith("iris-qa and iris-prod are left out")
