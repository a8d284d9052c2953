"""The local AWS: one loopback HTTP server that answers for every service."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from moto.moto_api._internal.models import moto_api_backend

from local_aws import chain
from local_aws.account_region import AccountRegion
from local_aws.connections import Server
from local_aws.images.own_images import OwnImagesError
from local_aws.runtime import Runtime
from local_aws.sagemaker.registry import Registry


class LocalAws:
    """A running local AWS; a context manager.

    Args:
        images: files that declare a user's own images: see ``local_aws.images.own_images``.

    Raises:
        ValueError: an argument is not what AWS or safety allow; the message names all that are not.
        OSError: the port is taken.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        account_id: str = "123456789012",
        region: str = "eu-west-1",
        images: Sequence[Path] = (),
    ) -> None:
        problems = list(_problems(host, account_id, region))
        try:
            registry = Registry(images)
        except OwnImagesError as error:
            problems.append(str(error))
        if problems:
            raise ValueError("\n".join(problems))
        folder.mkdir(parents=True, exist_ok=True)
        listener = socket.create_server((host, port))
        port = listener.getsockname()[1]
        self.runtime = Runtime(f"http://{host}:{port}", account_id, region, folder)
        self.runtime.provide(registry)
        # It takes over a duplicate of the descriptor.
        self._server = Server(host, port, chain.build(self.runtime, host), listener.fileno())
        listener.close()

    def start(self) -> LocalAws:
        """Serve in a background thread and return at once."""
        threading.Thread(target=self._server.serve_forever, name="local-aws", daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop the engines' processes and threads, then the server; what it held is forgotten."""
        self.runtime.stop()
        self._server.stop()
        moto_api_backend.reset()

    def __enter__(self) -> LocalAws:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _problems(host: str, account_id: str, region: str) -> Iterator[str]:
    try:
        loopback = ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        yield f"host: {host} is not a loopback address; the local AWS has no authentication. Use 127.0.0.1."
    yield from AccountRegion(account_id, region).problems()
