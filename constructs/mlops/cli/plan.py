"""``mlops plan``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def plan(
    example: Annotated[
        str | None, typer.Option(help="A folder of examples/; left out, every one.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Plan every stack, changed or not.")] = False,
    base: Annotated[
        str | None,
        typer.Option(
            help="Compare with where this left off; left out, the branch of mlops.toml.", show_default=False
        ),
    ] = None,
    drift: Annotated[
        bool, typer.Option("--drift", help="Show what was changed in AWS without Terraform.")
    ] = False,
    release: Annotated[
        list[Path] | None,
        typer.Option(
            help="A release.json, for its example's endpoint stacks, or a folder of them.",
            envvar="MLOPS_RELEASE",
            resolve_path=True,
            show_default=False,
        ),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(
            help="Write the summary for a pull request's comment to this file.",
            resolve_path=True,
            show_default=False,
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Print Terraform's own plans, too.")] = False,
) -> None:
    """Show what your changes would do to AWS; change nothing.

    Plans the stacks whose synthesized output differs from main, and sums up what that would do.
    Where requirements.txt differs, every stack is planned.

    \b
    Examples:
      mlops plan
      mlops plan --example churn --all
      mlops plan --drift

    Exit code, as `terraform plan -detailed-exitcode`: 0 nothing changes; 1 an error, also bad input;
    2 something changes, or has drifted.
    """
    from rich.console import Console

    from mlops.cli.project import choose_examples, enter_project
    from mlops.plans.collect import Collector, Request, base_of, manifests_in
    from mlops.plans.markdown import render
    from mlops.plans.terminal import show
    from mlops.toolchain import terraform_environment

    root = enter_project()
    settings = choose_examples(root, [], "plan")
    choose_examples(root, [example] if example else [], "plan", "--example")
    found = None if every or drift else base_of(root, base, settings[0].project.source.branch)
    request = Request(example, found, tuple(manifests_in(release or ())), drift)
    review = Collector(root, terraform_environment(), _progress).review(request)
    if markdown:
        markdown.write_text(render(review), encoding="utf-8")
    show(review, Console(highlight=False), full=full)
    raise typer.Exit(review.exit_code)


def _progress(said: str) -> None:
    typer.echo(said, err=True)
