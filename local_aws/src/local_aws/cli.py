"""Keep a local AWS running, and see what runs on it."""

from __future__ import annotations

import logging
import shlex
import signal
import threading
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from local_aws import background as detached
from local_aws import job_logs, overview, pipeline_commands, state_file
from local_aws.account_region import AccountRegion
from local_aws.command import FOLDER
from local_aws.faults import BAD_INPUT, sentence
from local_aws.runtime import Runtime
from local_aws.terminal import INTERRUPTED, Folder, errors, fail, none_runs, running, write_anything

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0

# A line of \b keeps the lines below it as they are.
_EXAMPLES = """\b
Examples:
  eval "$(local-aws up --background)"     start one, and lead this shell to it
  local-aws status                        what runs
  local-aws logs my-training-job          its log
  local-aws follow                        pipelines, line by line
  local-aws down                          stop it all
"""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=__doc__,
    epilog=_EXAMPLES,
)
_output = Console()


@app.command()
def up(
    host: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, envvar="LOCAL_AWS_PORT", help="0 picks a free one.")
    ] = 4600,
    account_id: Annotated[str, typer.Option(help="12 digits.")] = "123456789012",
    region: Annotated[str, typer.Option(help="Such as eu-west-1.")] = "eu-west-1",
    folder: Folder = FOLDER,
    images: Annotated[
        list[Path] | None, typer.Option(help="A TOML file of your own images; may be repeated.")
    ] = None,
    background: Annotated[bool, typer.Option(help="Return once it serves; `down` stops it.")] = False,
) -> None:
    """Start a local AWS and print the environment that leads clients to it."""
    folder, files = folder.absolute(), [path.absolute() for path in images or []]
    try:
        if background:
            options = ["--host", host, "--port", str(port), "--account-id", account_id, "--region", region]
            options += [part for path in files for part in ("--images", str(path))]
            running = detached.start(folder, options, _START_SECONDS)
            _print_environment(running.runtime(folder))
        else:
            _serve(folder, host=host, port=port, account_id=account_id, region=region, images=files)
    except detached.StartError as error:
        fail(str(error), error.exit_code)
    except (ValueError, OSError, state_file.AlreadyRunningError) as error:
        fail(sentence(error, folder, port), BAD_INPUT if isinstance(error, ValueError) else 1)
    except KeyboardInterrupt:
        fail("Interrupted: the local AWS has been stopped.", INTERRUPTED)


@app.command()
def down(folder: Folder = FOLDER) -> None:
    """Stop the local AWS of a work folder, with everything that it runs."""
    try:
        stopped = state_file.stop(folder.absolute(), _STOP_SECONDS)
    except TimeoutError as error:
        fail(str(error))
    errors.print(f"The local AWS at {stopped.url} has stopped." if stopped else none_runs(folder))


@app.command()
def env(
    account_id: Annotated[str | None, typer.Option(help="Another account: 12 digits.")] = None,
    region: Annotated[str | None, typer.Option(help="Another region.")] = None,
    folder: Folder = FOLDER,
) -> None:
    """Print the environment of the running local AWS, to be exported."""
    runtime = running(folder)
    account_region = AccountRegion(account_id or runtime.account_id, region or runtime.region)
    if problems := list(account_region.problems()):
        fail("\n".join(problems), BAD_INPUT)
    _print_environment(runtime, account_region)


@app.command()
def status(folder: Folder = FOLDER) -> None:
    """Show pipelines, builds, training jobs and endpoints."""
    runtime = running(folder)
    _output.print(f"Local AWS at {runtime.endpoint_url}, account {runtime.account_id}, {runtime.region}")
    tables = overview.tables(runtime)
    for table in tables:
        _output.print(table)
    if not tables:
        _output.print("Nothing has been deployed to it.")


@app.command()
def logs(
    name: Annotated[
        str | None,
        typer.Argument(help="A build or the beginning of its id, a project, a training job or an endpoint."),
    ] = None,
    folder: Folder = FOLDER,
) -> None:
    """Print a log; without a name, list what has one."""
    runtime = running(folder)
    if name is None:
        for line in overview.names(job_logs.names(runtime)) or ["Nothing has a log yet."]:
            typer.echo(line)
        return
    try:
        for line in job_logs.lines(runtime, name):
            typer.echo(line)
    except LookupError as error:
        fail(str(error.args[0]), BAD_INPUT)


app.command()(pipeline_commands.follow)
app.command()(pipeline_commands.approve)


def main() -> None:
    """What ``local-aws`` and ``python -m local_aws`` run."""
    write_anything()
    app(prog_name="local-aws")


def _serve(folder: Path, **address: Any) -> None:
    """Serve until a signal; everything has stopped when this ends."""
    from local_aws.server import LocalAws  # Slow, and no other command needs it.

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # No exception: an interrupt in the middle of starting or stopping would leave processes behind.
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with state_file.hold(folder) as path, LocalAws(folder, **address) as aws:
        state_file.announce(path, aws.runtime, address["images"])
        _print_environment(aws.runtime)
        errors.print(f"The local AWS serves at {aws.runtime.endpoint_url}; Ctrl-C stops it.")
        stop.wait()
    errors.print("The local AWS has stopped.")


def _print_environment(runtime: Runtime, account_region: AccountRegion | None = None) -> None:
    # These would lead a client elsewhere.
    typer.echo("unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN")
    for name, value in runtime.environment(account_region).items():
        typer.echo(f"export {name}={shlex.quote(value)}")
