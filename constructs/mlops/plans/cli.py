"""The command line: ``python -m mlops.plans``, or ``make plan``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mlops.plans.collect import Base, Collector, Request
from mlops.plans.markdown import render
from mlops.plans.synthesis import merge_base
from mlops.plans.terminal import show
from mlops.spec import InvalidInputError, Problem, load_every_example
from mlops.toolchain import ToolchainError, terraform_environment

_ERROR = 1


def plan_review(
    example: Annotated[str | None, typer.Option(help="A folder of examples/; left out, every one.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Plan every stack, changed or not.")] = False,
    base: Annotated[
        str | None, typer.Option(help="Compare with where this left off; left out, the branch of mlops.toml.")
    ] = None,
    drift: Annotated[bool, typer.Option(help="Say what was changed in AWS without Terraform.")] = False,
    release: Annotated[
        list[Path] | None,
        typer.Option(
            help="A release.json, for its example's endpoint stacks, or a folder of them.",
            envvar="MLOPS_RELEASE",
        ),
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the summary for a pull request's comment to this file.")
    ] = None,
    full: Annotated[bool, typer.Option(help="Print Terraform's own plans, too.")] = False,
) -> None:
    """Plan the stacks whose synthesized output differs from main, and sum up what that would do to AWS.

    Changes nothing. Exit code: 0 nothing changes; 1 an error; 2 something changes, or has drifted.
    """
    errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    project = Path.cwd()
    try:
        found = None if every or drift else _base(project, base)
        _check(project, example)
        request = Request(example, found, tuple(_manifests(release or ())), drift)
        review = Collector(project, terraform_environment(), errors.print).review(request)
    except (InvalidInputError, ToolchainError) as error:
        errors.print(str(error))
        raise typer.Exit(_ERROR) from error
    if markdown:
        markdown.write_text(render(review), encoding="utf-8")
    show(review, Console(highlight=False), full=full)
    raise typer.Exit(review.exit_code)


def _manifests(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.json"))
        else:
            yield path


def _base(project: Path, named: str | None) -> Base:
    """The commit to compare with.

    Raises:
        InvalidInputError: there is no such commit here, or the settings are bad.
    """
    branch = load_every_example(project)[0].project.source.branch
    references = (named,) if named else (f"origin/{branch}", branch)
    found = merge_base(project, *references)
    if found is None:
        remedy = "Fetch it (`git fetch --unshallow` in a shallow clone), name another, or plan --all stacks."
        allowed = "a branch or commit that shares history with the working tree"
        raise InvalidInputError([Problem("plan", "--base", " or ".join(references), allowed, remedy)])
    return Base(commit=found[1], branch=found[0])


def _check(project: Path, example: str | None) -> None:
    known = [settings.example.name for settings in load_every_example(project)]
    if example is not None and example not in known:
        raise InvalidInputError(
            [Problem("plan", "--example", example, ", ".join(known), "Name one of these, or none for all.")]
        )
