"""A model server: one process that answers for a production variant, whatever its instance count."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urllib3 import HTTPConnectionPool, Retry, Timeout
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError

from local_aws.account_region import AccountRegion
from local_aws.hooks import Params
from local_aws.log_stream import LogStream
from local_aws.runtime import Runtime
from local_aws.sagemaker.container_process import ContainerProcess, StartError
from local_aws.sagemaker.failure_reason import KILLED
from local_aws.sagemaker.image_environments import InstallError
from local_aws.sagemaker.interpreters import prepare
from local_aws.sagemaker.missing_model import explain
from local_aws.sagemaker.objects import DataError, download, under_prefix, unpack
from local_aws.sagemaker.registry import Registry, UnknownImageError
from local_aws.sagemaker.server_address import HOST, address

_PING_SECONDS = 2.0  # https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
_POLL_SECONDS = 0.05
_INVOKE_SECONDS = 60.0
_CONNECTIONS = 32
_DRAIN_SECONDS = 60.0


class ServerError(Exception):
    """A model server that does not come up, with the reason."""


@dataclass(frozen=True)
class Answer:
    """What a model server replied."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class ModelServer:
    """The process of one model, reached over persistent loopback connections.

    Args:
        container: a model's ``PrimaryContainer``.
        folder: a folder of its own, which stands for ``/opt/ml``.

    Raises:
        ServerError: the image has no local equivalent, or the model's data cannot be had.
    """

    def __init__(
        self,
        runtime: Runtime,
        account_region: AccountRegion,
        container: Params,
        folder: Path,
        log: tuple[str, str],
    ) -> None:
        self._folder = folder
        self._invocations = 0
        self._idle = threading.Condition()
        try:
            image = runtime.engine(Registry).find(container.get("Image", ""))
            if image.serve is None:
                raise ServerError(f"the image {container['Image']} trains only")
            _fetch_model(runtime.client("s3", account_region), container, folder)
        except (UnknownImageError, DataError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            explained = explain(runtime, account_region, container.get("ModelDataUrl", ""))
            raise ServerError(f"{error}.{explained}" if explained else str(error)) from error
        stream = LogStream(runtime.client("logs", account_region), *log, runtime.stopping)
        try:
            interpreter = prepare(runtime, image, folder / "environment", stream.put)
            with address(image) as at:
                self._pool = HTTPConnectionPool(HOST, at.port, maxsize=_CONNECTIONS, retries=False)
                self._process = ContainerProcess(
                    runtime,
                    account_region,
                    interpreter.arguments(image.serve),
                    folder,
                    image.folder or folder,
                    {**at.variables, **interpreter.variables, **(container.get("Environment") or {})},
                    stream,
                    inherited=at.descriptors,
                )
        except (InstallError, StartError) as error:
            stream.close()
            shutil.rmtree(folder, ignore_errors=True)
            raise ServerError(str(error)) from error

    def wait_until_ready(self, seconds: float, stopping: threading.Event) -> None:
        """Return once ``/ping`` is answered with 200.

        Raises:
            ServerError: the process ended or stayed silent, with the last lines that it printed.
        """
        deadline = time.monotonic() + seconds
        while self._process.exit_code is None and time.monotonic() < deadline and not stopping.is_set():
            try:
                if self._pool.request("GET", "/ping", timeout=Timeout(_PING_SECONDS)).status == 200:
                    return
            except HTTPError:
                pass  # not there yet, or gone: the next round tells which
            self._process.wait(_POLL_SECONDS)
        ended = self._process.exit_code
        if ended is not None:
            self._process.wait(0)  # until its last lines have been read
        happened = "it did not answer in time" if ended is None else f"it ended with exit code {ended}"
        if ended == -signal.SIGKILL:
            happened = f"{happened}. {KILLED}"
        raise ServerError(f"{happened.rstrip('.')}. The last lines of its log:\n{self._process.tail}")

    def invoke(self, body: bytes, headers: Mapping[str, str], seconds: float = _INVOKE_SECONDS) -> Answer:
        """Pass a request to ``/invocations``.

        Raises:
            ServerError: the process is gone or did not answer in so many seconds.
        """
        with self._idle:
            self._invocations += 1
        try:
            # A connection that the server has closed meanwhile is replaced; nothing was sent on it.
            retries = Retry(total=1, connect=1, read=0, redirect=0, status=0)
            reply = self._pool.request(
                "POST", "/invocations", body, headers=headers, retries=retries, timeout=Timeout(seconds)
            )
            return Answer(reply.status, reply.data, reply.headers)
        except (NewConnectionError, ProtocolError) as error:
            raise ServerError(f"the model server is gone; its log ends:\n{self._process.tail}") from error
        except HTTPError as error:
            raise ServerError(f"the model server did not answer: {error}") from error
        finally:
            with self._idle:
                self._invocations -= 1
                self._idle.notify_all()

    def stop(self, *, drain: bool = False) -> None:
        """End the process, once the invocations under way are answered where ``drain`` is set."""
        with self._idle:
            if drain:
                self._idle.wait_for(lambda: not self._invocations, _DRAIN_SECONDS)
        self._process.stop()
        self._pool.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _fetch_model(client: Any, container: Params, folder: Path) -> None:
    """Fill ``model/`` from ``ModelDataUrl`` or ``ModelDataSource``; a model may have neither."""
    shutil.rmtree(folder, ignore_errors=True)
    model = folder / "model"
    model.mkdir(parents=True)
    source = (container.get("ModelDataSource") or {}).get("S3DataSource")
    if source and source["CompressionType"] == "None":
        download(client, under_prefix(client, source["S3Uri"]), model)
    elif source or container.get("ModelDataUrl"):
        unpack(client, source["S3Uri"] if source else container["ModelDataUrl"], model)
