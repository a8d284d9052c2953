"""TensorFlow Serving's own REST server, for the user's code in ``inference.py`` to ask.

https://www.tensorflow.org/tfx/serving/api_rest
"""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from local_aws.images.inference_server import RequestError
from local_aws.images.tensorflow.bodies import JSON, error

_PATH = re.compile(r"/v1/models/(?P<name>[^/:]+)(?:/versions/(?P<version>\d+))?:(?P<method>\w+)")


class Predict(Protocol):
    """What answers: ``text`` is the request's JSON document."""

    def __call__(self, text: str, *, name: str, version: str | None, method: str) -> bytes:
        """The reply's body.

        Raises:
            RequestError: as TensorFlow Serving refuses it.
        """


def start(predict: Predict) -> str:
    """Serve in a thread of this process; the address of the models, below which each has its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found = _PATH.fullmatch(self.path)
            try:
                if found is None:
                    raise error(404, f"Malformed request: POST {self.path}")
                name, version, method = found["name"], found["version"], found["method"]
                reply = predict(body.decode(errors="replace"), name=name, version=version, method=method)
                self._reply(200, reply)
            except RequestError as refused:
                self._reply(refused.status, str(refused).encode())

        def log_message(self, *_: object) -> None:
            """Nothing: the user's code tells what it wants to."""

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response_only(status)
            self.send_header("Content-Type", JSON)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, name="TensorFlow Serving", daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/v1/models"
