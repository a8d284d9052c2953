"""What the documentation tells people to run is there: targets, modules with their options, stacks, files."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlops.toolchain import terraform_environment
from tests.docs.pages import PAGES, ROOT, calls, spans

MAKEFILE = (ROOT / "Makefile").read_text()
# Made by running things.
NOT_KEPT = {".venv", ".work", "build", "cdktf.out"}


def modules() -> dict[tuple[str, ...], set[str]]:
    """Each of the project's modules that is run as a program, with its sub-command, and the options shown."""
    found: dict[tuple[str, ...], set[str]] = {}
    for _, (module, *words) in calls("python", "-m"):
        if (ROOT / module.partition(".")[0]).is_dir():
            subcommand = words[:1] if module in ("ledger", "local_aws") and words else []
            found.setdefault((module, *subcommand), set()).update(w for w in words if w.startswith("--"))
    return found


MODULES = modules()


def test_every_make_target_and_variable_exists() -> None:
    used = {word for _, words in calls("make") for word in words}
    targets = {word for word in used if "=" not in word}
    variables = {word.partition("=")[0] for word in used - targets}
    assert {"demo", "test", "down"} <= targets
    assert targets <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert variables <= set(re.findall(r"^([A-Z]+) \?=", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("command", MODULES, ids=" ".join)
def test_a_module_has_the_options_that_it_is_shown_with(command: tuple[str, ...]) -> None:
    found = importlib.util.find_spec(command[0])
    assert found is not None
    assert not found.submodule_search_locations or importlib.util.find_spec(f"{command[0]}.__main__")
    if len(command) > 1 or MODULES[command]:
        environment = {**os.environ, "COLUMNS": "200"}
        line = [sys.executable, "-m", *command, "--help"]
        shown = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert set(re.findall(r"--[a-z-]+", shown.stdout)) >= MODULES[command]


def test_every_script_exists() -> None:
    scripts = {words[0] for _, words in calls("python") if words and words[0].endswith(".py")}
    assert "main.py" in scripts
    assert all((ROOT / script).is_file() for script in scripts)


def test_every_stack_exists(stacks_folder: Path, accounts_folder: Path) -> None:
    deployed = {stack for _, words in calls("cdktf") if words[:1] == ["deploy"] for stack in words[1:]}
    text = " ".join(page.read_text() for page in PAGES)
    named = set(re.findall(r"cdktf\.out/stacks/([a-z-]+\w)(?![\w$-])", text))
    assert {"bootstrap", "movielens-init", "movielens-pipeline"} <= deployed
    made = {folder.name for folder in (*stacks_folder.iterdir(), *accounts_folder.iterdir())}
    assert deployed | named <= made


def test_every_terraform_command_exists() -> None:
    environment = terraform_environment()
    text = subprocess.run(["terraform", "-help"], env=environment, capture_output=True, text=True).stdout
    known = set(re.findall(r"^  ([a-z-]+) ", text, re.MULTILINE))
    called = [[word for word in words if not word.startswith("-chdir=")] for _, words in calls("terraform")]
    used = {words[0] for words in called if words}
    assert {"init", "plan", "apply", "destroy"} <= used <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    missing = []
    for span in spans(page):
        path = re.sub(r"<\w+>", "*", span)
        first = path.partition("/")[0]
        if re.fullmatch(r"[\w.*-]+/[\w./*-]*", path) and (ROOT / first).exists() and first not in NOT_KEPT:
            missing += [span] if not list(ROOT.glob(path.rstrip("/"))) else []
    assert missing == []
