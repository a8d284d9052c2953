"""What engines run: threads that cannot fail silently, processes that cannot outlive the server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.runtime import Runtime


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    made = Runtime("http://127.0.0.1:1", "123456789012", "eu-west-1", tmp_path)
    yield made
    made.stop()


def wait_for(path: Path) -> str:
    for _ in range(6000):
        if path.exists() and path.read_text().strip():
            return path.read_text().strip()
        time.sleep(0.02)
    raise TimeoutError(path)


def lives(pid: str) -> bool:
    """Whether a process runs; one that has ended and waits to be reaped does not."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_a_thread_raises_is_told_with_its_reason(runtime: Runtime) -> None:
    told = threading.Event()
    reasons: list[str] = []

    def work() -> None:
        raise LookupError("no such thing")

    def failed(reason: str) -> None:
        reasons.append(reason)
        told.set()

    runtime.start_thread("work", work, failed)
    assert told.wait(60)
    assert reasons == ["LookupError: no such thing"]


def test_stopping_ends_processes_and_their_children(runtime: Runtime, tmp_path: Path) -> None:
    runtime.start_process(["bash", "-c", f"sleep 600 & echo $! > {tmp_path}/child; wait"])
    child = wait_for(tmp_path / "child")
    assert lives(child)
    runtime.stop()
    assert not lives(child)


def test_a_process_that_ignores_term_is_killed(runtime: Runtime, tmp_path: Path) -> None:
    stubborn = f"trap '' TERM; echo $$ > {tmp_path}/pid; while :; do sleep 1; done"
    process = runtime.start_process(["bash", "-c", stubborn])
    pid = wait_for(tmp_path / "pid")
    runtime.stop_process(process, grace_seconds=0.2)
    assert not lives(pid)


def test_a_child_has_time_to_tidy_up_although_its_shell_ends_at_once(
    runtime: Runtime, tmp_path: Path
) -> None:
    trap = f"trap 'sleep 0.3; echo tidy > {tmp_path}/done; exit' TERM"
    child = f"({trap}; echo $BASHPID > {tmp_path}/pid; sleep 600 & wait)"
    process = runtime.start_process(["bash", "-c", f"{child} & wait"])
    wait_for(tmp_path / "pid")
    runtime.stop_process(process)
    assert wait_for(tmp_path / "done") == "tidy"


def test_nothing_starts_once_it_is_stopping(runtime: Runtime) -> None:
    runtime.stop()
    with pytest.raises(RuntimeError, match="stopping"):
        runtime.start_process(["true"])


def test_its_environment_leads_every_client_here(runtime: Runtime) -> None:
    environment = runtime.environment()
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-west-1"
