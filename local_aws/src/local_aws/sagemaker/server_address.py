"""Where a model server answers, and how its process learns of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from local_aws.images.image import Image

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Address:
    """A port of ``HOST``; the process is started with the variables and inherits the descriptors."""

    port: int
    variables: Mapping[str, str]
    descriptors: tuple[int, ...]


@contextmanager
def address(image: Image) -> Iterator[Address]:
    """An address for a process of the image that is started in the block.

    An image of ours inherits the listening socket: no port to agree on, none to be taken meanwhile. A
    user's own listens itself, at the port that AWS's toolkits take from their environment, too.
    """
    with socket.create_server((HOST, 0)) as listener:
        port, descriptor = listener.getsockname()[1], listener.fileno()
        if image.is_own:
            listener.close()
            yield Address(port, {"SAGEMAKER_BIND_TO_PORT": str(port)}, ())
        else:
            yield Address(port, {"SAGEMAKER_LISTENER": str(descriptor)}, (descriptor,))
