"""What every engine shares: the server's address, a work folder, boto3 clients, threads and processes."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from local_aws import sdk_settings
from local_aws.account_region import AccountRegion

log = logging.getLogger("local_aws")

Engine = TypeVar("Engine")

_POLL_SECONDS = 0.02


class Runtime:
    """The running local AWS, handed to every engine.

    ``endpoint_url`` is known before any engine registers; ``folder`` is the work folder, where an
    engine keeps its own sub-folder.
    """

    def __init__(self, endpoint_url: str, account_id: str, region: str, folder: Path) -> None:
        self.endpoint_url = endpoint_url
        self.account_id = account_id
        self.region = region
        self.folder = folder
        self._stopping = threading.Event()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._clients: dict[tuple[str, AccountRegion], Any] = {}
        self._engines: dict[type, object] = {}
        self._lock = threading.Lock()

    @property
    def stopping(self) -> threading.Event:
        """Set when the server stops: a waiting engine ends its wait."""
        return self._stopping

    @property
    def account_region(self) -> AccountRegion:
        """The server's own account and region."""
        return AccountRegion(self.account_id, self.region)

    def environment(self, account_region: AccountRegion | None = None) -> dict[str, str]:
        """The variables that point any AWS client, SDK or Terraform at this server, in an account of it."""
        account_region = account_region or self.account_region
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": account_region.region,
            "AWS_DEFAULT_REGION": account_region.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            **self._keys(account_region),
            sdk_settings.VARIABLE: str(sdk_settings.write(self.folder, account_region)),
        }

    def _keys(self, account_region: AccountRegion) -> dict[str, str]:
        """A role's own keys, or those of the account, which may do everything."""
        if account_region.credentials is not None:
            return {
                "AWS_ACCESS_KEY_ID": account_region.credentials.access_key_id,
                "AWS_SECRET_ACCESS_KEY": account_region.credentials.secret_access_key,
                "AWS_SESSION_TOKEN": account_region.credentials.session_token,
            }
        own = account_region.account_id == self.account_id
        return {
            "AWS_ACCESS_KEY_ID": "local" if own else account_region.account_id,
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    def provide(self, engine: object) -> None:
        """Let other engines find this one by its class.

        Raises:
            ValueError: there is one of that class.
        """
        if type(engine) in self._engines:
            raise ValueError(f"a second {type(engine).__name__}")
        self._engines[type(engine)] = engine

    def engine(self, kind: type[Engine]) -> Engine:
        """The engine of a class.

        Raises:
            LookupError: no engine of that class registered.
        """
        engine = self._engines.get(kind)
        if not isinstance(engine, kind):
            raise LookupError(f"no engine {kind.__name__} runs here; add its package to chain.ENGINES")
        return engine

    def client(self, service: str, account_region: AccountRegion | None = None) -> Any:
        """A boto3 client of this server, in an account and region or the server's own; threads share it."""
        key = service, account_region or self.account_region
        with self._lock:  # Making a client is slow and not thread-safe, using one is neither.
            if key not in self._clients:
                self._clients[key] = boto3.client(
                    service,
                    endpoint_url=self.endpoint_url,
                    region_name=key[1].region,
                    **{name.lower(): value for name, value in self._keys(key[1]).items()},
                    config=Config(
                        retries={"max_attempts": 2},
                        s3={"addressing_style": "path"},
                        max_pool_connections=32,
                        proxies={},
                    ),
                )
            return self._clients[key]

    def start_thread(self, name: str, work: Callable[[], None], failed: Callable[[str], None]) -> None:
        """Run ``work`` in a daemon thread; whatever it raises reaches ``failed`` as a reason."""

        def run() -> None:
            try:
                work()
            except Exception as error:
                log.exception("%s failed", name)
                failed(f"{type(error).__name__}: {error}")

        threading.Thread(target=run, name=name, daemon=True).start()

    def start_process(
        self, command: Sequence[str], *, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start a process in a session of its own, so that ``stop_process`` ends its children too."""
        with self._lock:
            if self._stopping.is_set():
                raise RuntimeError("the local AWS is stopping")
            process = subprocess.Popen(  # noqa: S603 - running users' builds is what this server is for
                list(command), env=dict(os.environ if env is None else env), start_new_session=True, **options
            )
            self._processes.add(process)
        return process

    def stop_process(self, process: subprocess.Popen[bytes], grace_seconds: float = 5.0) -> None:
        """TERM the process and its children, then KILL what is left; safe on one that has ended."""
        _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + grace_seconds
        # A shell ends at once; what it ran may have a state to save and a lock to free.
        while _group_lives(process) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        _signal(process, signal.SIGKILL)
        process.wait()
        with self._lock:
            self._processes.discard(process)

    def stop(self) -> None:
        """End every thread's wait and every process that an engine started."""
        with self._lock:
            self._stopping.set()
            processes = list(self._processes)
        if processes:
            with ThreadPoolExecutor(len(processes)) as pool:
                list(pool.map(self.stop_process, processes))


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _group_lives(process: subprocess.Popen[bytes]) -> bool:
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
