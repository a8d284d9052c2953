"""The workflow files, and their steps run as a runner runs them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))


def workflow(name: str) -> dict[str, Any]:
    """A workflow, by its file's name; its triggers are under ``on``."""
    read: dict[Any, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text())
    read["on"] = read.pop(True)  # YAML 1.1 reads the key `on` as a truth value.
    return read


def step(name: str, job: str, starts: str) -> str:
    """The script of the one step of a job whose name starts so."""
    steps = workflow(name)["jobs"][job]["steps"]
    [found] = [step["run"] for step in steps if step.get("name", "").startswith(starts)]
    return str(found)


def run(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step's script; https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax."""
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=600,
    )
