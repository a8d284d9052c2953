"""The HTTP side of a serving process: ``/ping`` and ``/invocations``.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import os
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RequestError(Exception):
    """A request that the model refuses: an HTTP status and a sentence for the caller."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Prediction:
    """A reply's body."""

    body: bytes
    content_type: str


Predict = Callable[[bytes, Mapping[str, str]], Prediction]


class _Handler(BaseHTTPRequestHandler):
    # Persistent connections, and no 40 ms of Nagle's algorithm waiting for an acknowledgement.
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    predict: Predict

    def do_GET(self) -> None:
        """Answer ``/ping``."""
        self._reply(200 if self.path == "/ping" else 404, b"", "text/plain")

    def do_POST(self) -> None:
        """Answer ``/invocations``."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/invocations":
            self._reply(404, b"", "text/plain")
            return
        try:
            headers = {name.lower(): value for name, value in self.headers.items()}
            prediction = type(self).predict(body, headers)
        except RequestError as error:
            print(f"{error.status}: {error}", file=sys.stderr, flush=True)
            self._reply(error.status, str(error).encode(), "text/plain")
        except Exception as error:  # noqa: BLE001 - whatever the model raises is this request's own fault
            traceback.print_exc()
            self._reply(500, f"{type(error).__name__}: {error}".encode(), "text/plain")
        else:
            self._reply(200, prediction.body, prediction.content_type)

    def _reply(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(predict: Predict) -> None:
    """Answer requests until the process ends, on the socket that ``SAGEMAKER_LISTENER`` names.

    Args:
        predict: gets a request's body and its headers with lower-case names; may raise ``RequestError``.
    """
    listener = socket.socket(fileno=int(os.environ["SAGEMAKER_LISTENER"]))
    handler = type("Handler", (_Handler,), {"predict": staticmethod(predict)})
    server = ThreadingHTTPServer(listener.getsockname()[:2], handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.daemon_threads = True
    server.serve_forever()
