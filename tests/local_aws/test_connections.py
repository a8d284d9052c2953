"""Connections that clients keep: where each reply ends, where each request does, and the end of all."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest

from local_aws.connections import Server
from local_aws.server import LocalAws

Environ = dict[str, Any]

# No signature is checked, but S3 shows nothing to who has none.
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/s3/aws4_request"}

Serve = Callable[[Callable[[Environ, Any], Iterable[bytes]]], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve an application until the test has ended."""
    servers: list[Server] = []

    def start(app: Callable[[Environ, Any], Iterable[bytes]]) -> Server:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            servers.append(Server("127.0.0.1", listener.getsockname()[1], app, listener.fileno()))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1]

    yield start
    for server in servers:
        if not server.closing:
            server.stop()


@pytest.fixture
def connect(aws: LocalAws) -> Iterator[HTTPConnection]:
    """One connection to a local AWS with an object ``bucket/key``."""
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="bucket", Key="key", Body=b"hello")
    with closing(connection(aws.runtime.endpoint_url.rpartition(":")[2])) as kept:
        yield kept


def connection(port: int | str) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", int(port), timeout=20)


def ask(
    kept: HTTPConnection, method: str = "GET", path: str = "/", body: Any = None, **headers: str
) -> tuple[int, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kept.request(method, path, body, SIGNED | named)
    reply = kept.getresponse()
    return reply.status, reply.read()


def echo(environ: Environ, start_response: Any) -> Iterable[bytes]:
    """The path and the body, of a length that is told."""
    body = environ["PATH_INFO"].encode() + environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def refuse(_: Environ, start_response: Any) -> Iterable[bytes]:
    """Not a byte of the body is read."""
    start_response("403 Forbidden", [("Content-Length", "0")])
    return []


def stream(environ: Environ, start_response: Any) -> Iterable[bytes]:
    """Two blocks of a length that is not told."""
    start_response("200 OK", [])
    yield b"one"
    yield b""
    yield environ["PATH_INFO"].encode()


def test_a_client_keeps_its_connection_whatever_it_asks_for(connect: HTTPConnection) -> None:
    etag = '"5d41402abc4b2a76b9719d911017c592"'
    assert ask(connect, path="/bucket/key") == (200, b"hello")
    first = connect.sock
    assert ask(connect, "HEAD", "/bucket/key") == (200, b"")
    assert ask(connect, path="/bucket/key", If_None_Match=etag) == (304, b"")
    assert ask(connect, path="/bucket/missing")[0] == 404
    assert ask(connect, "HEAD", "/bucket/missing") == (404, b"")
    assert ask(connect, "PUT", "/bucket/other", b"bye") == (200, b"")
    assert ask(connect, "PUT", "/bucket/chunked", iter([b"in ", b"parts"])) == (200, b"")
    assert ask(connect, path="/bucket/key", Range="bytes=1-2") == (206, b"el")
    assert ask(connect, "DELETE", "/bucket/other") == (204, b"")
    assert ask(connect, path="/", Origin="https://example.com")[0] == 403
    assert ask(connect, path="/bucket/chunked") == (200, b"in parts")
    assert connect.sock is first


def test_a_reply_of_unknown_length_ends_before_the_next(serve: Serve) -> None:
    with closing(connection(serve(stream).port)) as kept:
        assert [ask(kept, path="/two"), ask(kept, path="/three")] == [(200, b"one/two"), (200, b"one/three")]


def test_a_body_that_nobody_read_is_not_taken_for_a_request(serve: Serve) -> None:
    with closing(connection(serve(refuse).port)) as kept:
        smuggled = b"DELETE /everything HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        assert ask(kept, "POST", "/", smuggled) == (403, b"")
        first = kept.sock
        assert ask(kept, "POST", "/", iter([smuggled, b"x" * 3_000_000])) == (403, b"")
        assert ask(kept, "POST", "/", b"x" * 3_000_000) == (403, b"")
        assert kept.sock is first
        kept.sock.settimeout(0.2)
        with pytest.raises(TimeoutError):  # nothing more was answered
            kept.sock.recv(1)


def test_requests_may_be_sent_ahead_of_the_replies(serve: Serve) -> None:
    with socket.create_connection(("127.0.0.1", serve(echo).port), timeout=20) as raw:
        first = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n-1"
        raw.sendall(first + b"GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        replies = b"".join(iter(lambda: raw.recv(1000), b""))
    assert [part.rpartition(b"\r\n\r\n")[2] for part in replies.split(b"HTTP/1.1 ")] == [b"", b"/a-1", b"/b"]


def test_an_upload_that_waits_for_100_continue_keeps_its_connection(serve: Serve) -> None:
    with socket.create_connection(("127.0.0.1", serve(echo).port), timeout=20) as raw:
        for _ in range(2):
            raw.sendall(b"PUT /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            assert raw.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            raw.sendall(b"ok")
            assert raw.recv(1000).endswith(b"/aok")


def test_a_client_of_http_1_0_reads_until_the_end(serve: Serve) -> None:
    with socket.create_connection(("127.0.0.1", serve(stream).port), timeout=20) as raw:
        raw.sendall(b"GET /two HTTP/1.0\r\n\r\n")
        assert b"".join(iter(lambda: raw.recv(1000), b"")).endswith(b"\r\n\r\none/two")


@pytest.mark.parametrize("length", ["-1", "two", "1, 1"])
def test_a_length_that_is_none_is_refused(serve: Serve, length: str) -> None:
    with socket.create_connection(("127.0.0.1", serve(echo).port), timeout=20) as raw:
        raw.sendall(f"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n".encode())
        assert b"".join(iter(lambda: raw.recv(1000), b"")).startswith(b"HTTP/1.1 400 Bad Content-Length")


def test_a_reply_that_breaks_off_is_not_taken_for_a_whole_one(serve: Serve) -> None:
    def break_off(_: Environ, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"one"
        raise ConnectionError("the disk is gone")

    def too_short(_: Environ, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "9")])
        return [b"one"]

    for app in (break_off, too_short):
        with (
            closing(connection(serve(app).port)) as kept,
            pytest.raises((http.client.IncompleteRead, ConnectionError)),
        ):
            ask(kept)


def test_a_fault_is_said_and_the_connection_stays(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def fail(environ: Environ, _: Any) -> Iterable[bytes]:
        raise ValueError(environ["PATH_INFO"])

    with closing(connection(serve(fail).port)) as kept:
        assert ask(kept, "POST", "/a", b"body")[0] == 500
        first = kept.sock
        assert ask(kept, path="/b")[0] == 500
        assert kept.sock is first
    assert "ValueError: /a" in caplog.text


def test_parallel_clients_get_their_own_answers(serve: Serve) -> None:
    port = serve(echo).port

    def client(name: int) -> bool:
        with closing(connection(port)) as kept:
            return all(
                ask(kept, "POST", f"/{name}", f"-{call}") == (200, f"/{name}-{call}".encode())
                for call in range(50)
            )

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(client, range(16)))


def test_a_server_that_stops_leaves_no_connection_open(serve: Serve) -> None:
    server = serve(echo)
    with closing(connection(server.port)) as kept:
        ask(kept)
        server.stop()
        assert kept.sock.recv(1) == b""


def test_a_server_that_stops_finishes_the_reply_it_is_at(serve: Serve) -> None:
    asked, stopped = threading.Event(), threading.Event()

    def slow(environ: Environ, start_response: Any) -> Iterable[bytes]:
        asked.set()
        stopped.wait(20)
        return echo(environ, start_response)

    server = serve(slow)
    with closing(connection(server.port)) as kept, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, kept, "POST", "/a", b"-1")
        asked.wait(20)
        server.stop()
        stopped.set()
        assert answer.result() == (200, b"/a-1")
        assert kept.sock.recv(1) == b""
