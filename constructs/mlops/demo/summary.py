"""What the demo ends with: what serves now and how to call it, or what went wrong and where to look."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from mlops.demo.call import call
from mlops.demo.execution import Execution
from mlops.demo.server import Server
from mlops.spec import Settings, load_release


class Summary:
    """The last words of a run; ``artifacts`` holds the unpacked output artifacts."""

    def __init__(self, console: Console, settings: Settings, server: Server, artifacts: Path) -> None:
        self._console = console
        self._settings = settings
        self._server = server
        self._artifacts = artifacts

    def success(self, elapsed: float, keep: bool) -> None:
        """What was deployed, the gate's figures, the files and the line to call the endpoint."""
        release = load_release(self._artifacts / "TrainOutput" / "release.json")
        endpoint = self._settings.names.endpoint("prod")
        described = self._server.client("sagemaker").describe_endpoint(EndpointName=endpoint)
        lines = {
            "endpoint": f"{endpoint}: {described['EndpointStatus']}",
            "configuration": described["EndpointConfigName"],
            "release": f"{release.release_id} of commit {release.commit[:12]}",
            "model": release.model.model_data_url,
            "plans, reports": str(_short(self._artifacts)),
            "logs": str(_short(self._server.folder)),
            "elapsed": f"{elapsed:.0f} s",
        }
        self._console.print("\nPROD serves the new release", style="bold green")
        for name, value in lines.items():
            self._console.print(f"  {name:<15} {value}", soft_wrap=True, markup=False)
        if keep:
            self._console.print("\nCall it:", style="bold")
            lines_to_call = call(self._settings, _short(self._server.folder))
            self._console.print(lines_to_call, soft_wrap=True, markup=False)
        self._afterwards(keep)

    def failure(self, execution: Execution, keep: bool) -> None:
        """Which action ended the pipeline, why, and where its log is."""
        failed = [action for action in execution.actions() if action.status == "Failed"]
        for action in failed:
            self._console.print(f"\n{action.stage} / {action.name} failed", style="bold red")
            self._console.print(
                execution.last_words(action) or "It gave no reason.", soft_wrap=True, markup=False
            )
        if not failed:
            self._console.print("The pipeline was stopped.", style="red")
        self._console.print(
            f"Plans and reports: {_short(self._artifacts)}\nLogs: {_short(self._server.folder)}",
            soft_wrap=True,
            markup=False,
        )
        self._afterwards(keep)

    def _afterwards(self, keep: bool) -> None:
        work = _short(self._server.folder.parent)
        stop = "mlops down" if work == Path(".work") else f"mlops down --folder {work}"
        goes_on = f"The local AWS goes on running. To stop it: {stop}"
        self._console.print(f"\n{goes_on if keep else 'The local AWS has been stopped.'}", soft_wrap=True)


def _short(folder: Path) -> Path:
    """The folder as one would type it here."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
