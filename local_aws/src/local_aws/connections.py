"""The HTTP side of the server: connections that clients keep for their next request.

werkzeug's own server closes each one, which costs every call of every client a new connection.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.datastructures import Headers
from werkzeug.exceptions import InternalServerError
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import LimitedStream

log = logging.getLogger("local_aws")

_DRAINED_AT_ONCE = 1 << 20


class Server(ThreadedWSGIServer):
    """A thread for each connection, for as long as the client keeps it."""

    def __init__(self, host: str, port: int, app: Any, fd: int) -> None:
        super().__init__(host, port, app, _Handler, fd=fd)
        self.closing = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def serve_forever(self, poll_interval: float = 0.05) -> None:
        """Serve until ``stop``, which it notices within ``poll_interval`` seconds."""
        super().serve_forever(poll_interval)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a new connection."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def stop(self) -> None:
        """Take no more connections, and no more requests on those there are; what is asked is answered."""
        self.shutdown()
        self.server_close()
        with self._lock:
            self.closing = True
            for connection in self._open:
                with contextlib.suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RD)


class _Handler(MotoRequestHandler):
    """One connection: reads each request to its end, and says where each reply ends.

    No Nagle's algorithm: a small reply must not wait 40 ms for an acknowledgement.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def handle_expect_100(self) -> bool:
        """Send ``100 Continue`` at once, for clients hold back an upload's body for a second without it."""
        accepted = super().handle_expect_100()
        self.wfile.flush()
        return accepted

    def finish(self) -> None:
        """Close the connection; a client that has left it is no fault."""
        with contextlib.suppress(ConnectionError):
            super().finish()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are not logged: bodies and headers may hold secrets."""

    def run_wsgi(self) -> None:
        """Answer one request."""
        environ = self.make_environ()
        if "wsgi.input_terminated" not in environ:
            length = environ.get("CONTENT_LENGTH") or "0"
            if not (length.isascii() and length.isdecimal()):
                self.send_error(HTTPStatus.BAD_REQUEST, "Bad Content-Length")
                return
            environ["wsgi.input"] = LimitedStream(self.rfile, int(length))  # type: ignore[arg-type]
        body = environ["wsgi.input"]
        # The replies of HTTP/1.0 end with the connection.
        self.close_connection |= self.server.closing or self.request_version != "HTTP/1.1"
        try:
            reply = run_wsgi_app(self.server.app, environ)
        except Exception:
            log.exception("%s %s failed", self.command, self.path)
            reply = run_wsgi_app(InternalServerError(), environ)
        self._send(*reply)
        # What nobody has read would be taken for the next request.
        while not self.close_connection and body.read(_DRAINED_AT_ONCE):
            pass

    def _send(self, content: Iterable[bytes], status: str, headers: Headers) -> None:
        code = int(status[:3])
        bodiless = self.command == "HEAD" or code < HTTPStatus.OK or code in (204, 304)
        # https://www.rfc-editor.org/rfc/rfc9112#section-6.3
        chunked = not (bodiless or self.close_connection or "Content-Length" in headers)
        self.send_response(code, status[4:])
        for name, value in headers.items():
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        sent = 0
        # Until the whole reply is out, an error can be told only by the connection's end.
        kept, self.close_connection = self.close_connection, True
        try:
            for block in content:
                if block and not bodiless:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(block), block) if chunked else block)
                    self.wfile.flush()
                    sent += len(block)
        finally:
            if hasattr(content, "close"):
                content.close()
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()
        complete = bodiless or chunked or sent == int(headers.get("Content-Length", sent))
        self.close_connection = kept or not complete
