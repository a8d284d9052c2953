"""The commands of ``mlops``. What a command needs is imported when it runs, so that help is there at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from mlops.cli.demo import demo, down, up
from mlops.cli.doctor import doctor
from mlops.cli.env import env
from mlops.cli.errors import ends_in_a_sentence
from mlops.cli.init import init
from mlops.cli.lock import lock
from mlops.cli.monitor import monitor
from mlops.cli.new import new
from mlops.cli.plan import plan
from mlops.cli.releases import manifests, releases, rollback

_EPILOG = """\b
Exit codes: 0 it worked; 1 it failed, or the answer is no; 2 bad input, nothing was changed;
130 interrupted. `plan`, `monitor` and `rollback` have further ones: see their help."""


class Command(TyperCommand):
    """Every failure of a command ends in a sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command's function."""
        folder = (ctx.params["folder"] or Path(".work").absolute()) if "folder" in ctx.params else None
        with ends_in_a_sentence(str(ctx.info_name), folder):
            return super().invoke(ctx)


app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="SageMaker models by git push: try it on a local AWS, look at AWS, go back to an earlier release.",
    epilog=_EPILOG,
)
for command in (
    init,
    new,
    demo,
    up,
    down,
    doctor,
    plan,
    releases,
    rollback,
    monitor,
    manifests,
    lock,
    env,
):
    app.command(cls=Command)(command)
