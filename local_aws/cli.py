"""Keep a local AWS running, and see what runs on it."""

from __future__ import annotations

import logging
import signal
import threading
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from local_aws import background as detached
from local_aws import job_logs, overview, state_file
from local_aws.faults import BAD_INPUT, sentence
from local_aws.runtime import Runtime

INTERRUPTED = 130
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
_output = Console()
_errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)

Folder = Annotated[Path, typer.Option(help="The work folder: what runs keeps its files there.")]
_FOLDER = Path(".work/local-aws")


@app.command()
def up(
    host: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 picks a free one.")] = 4600,
    account_id: Annotated[str, typer.Option(help="12 digits.")] = "123456789012",
    region: Annotated[str, typer.Option(help="Such as eu-west-1.")] = "eu-west-1",
    folder: Folder = _FOLDER,
    background: Annotated[bool, typer.Option(help="Return once it serves; `down` stops it.")] = False,
) -> None:
    """Start a local AWS and print the environment that leads clients to it."""
    folder = folder.absolute()
    try:
        if background:
            options = ["--host", host, "--port", str(port), "--account-id", account_id, "--region", region]
            running = detached.start(folder, options, _START_SECONDS)
            _print_environment(running.runtime(folder))
        else:
            _serve(folder, host=host, port=port, account_id=account_id, region=region)
    except detached.StartError as error:
        _fail(str(error), error.exit_code)
    except (ValueError, OSError, state_file.AlreadyRunningError) as error:
        _fail(sentence(error, folder, port), BAD_INPUT if isinstance(error, ValueError) else 1)
    except KeyboardInterrupt:
        _fail("Interrupted: the local AWS has been stopped.", INTERRUPTED)


@app.command()
def down(folder: Folder = _FOLDER) -> None:
    """Stop the local AWS of a work folder, with everything that it runs."""
    try:
        running = state_file.stop(folder.absolute(), _STOP_SECONDS)
    except TimeoutError as error:
        _fail(str(error))
    _errors.print(f"The local AWS at {running.url} has stopped." if running else _none_runs(folder))


@app.command()
def env(folder: Folder = _FOLDER) -> None:
    """Print the environment of the running local AWS, to be exported."""
    _print_environment(_running(folder))


@app.command()
def status(folder: Folder = _FOLDER) -> None:
    """Show pipelines, builds, training jobs and endpoints."""
    runtime = _running(folder)
    _output.print(f"Local AWS at {runtime.endpoint_url}, account {runtime.account_id}, {runtime.region}")
    tables = overview.tables(runtime)
    for table in tables:
        _output.print(table)
    if not tables:
        _output.print("Nothing has been deployed to it.")


@app.command()
def logs(
    name: Annotated[
        str | None, typer.Argument(help="A build, a CodeBuild project, a training job or an endpoint.")
    ] = None,
    folder: Folder = _FOLDER,
) -> None:
    """Print a log; without a name, list what has one."""
    runtime = _running(folder)
    if name is None:
        _output.print(overview.names(job_logs.names(runtime)))
        return
    try:
        for line in job_logs.lines(runtime, name):
            typer.echo(line)
    except LookupError as error:
        _fail(str(error.args[0]), BAD_INPUT)


def _serve(folder: Path, **address: Any) -> None:
    """Serve until a signal; everything has stopped when this ends."""
    from local_aws.server import LocalAws  # Slow, and no other command needs it.

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # No exception: an interrupt in the middle of starting or stopping would leave processes behind.
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with state_file.hold(folder) as path, LocalAws(folder, **address) as aws:
        state_file.announce(path, aws.runtime)
        _print_environment(aws.runtime)
        _errors.print(f"The local AWS serves at {aws.runtime.endpoint_url}; Ctrl-C stops it.")
        stop.wait()
    _errors.print("The local AWS has stopped.")


def _running(folder: Path) -> Runtime:
    running = state_file.find(folder.absolute())
    return running.runtime(folder.absolute()) if running else _fail(_none_runs(folder))


def _none_runs(folder: Path) -> str:
    return f"No local AWS runs in {folder}. Start one: python -m local_aws up --folder {folder}"


def _print_environment(runtime: Runtime) -> None:
    # These would lead a client elsewhere.
    typer.echo("unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN")
    for name, value in runtime.environment().items():
        typer.echo(f"export {name}={value}")


def _fail(message: str, code: int = 1) -> NoReturn:
    _errors.print(message)
    raise typer.Exit(code)
