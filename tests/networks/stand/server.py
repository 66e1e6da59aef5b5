"""A server on loopback that answers by a function, writes down what it was asked, and can misbehave."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; `form` is its body where that is of type x-www-form-urlencoded."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]
    body: bytes = b""

    @property
    def bearer(self) -> str:
        """The token of the Authorization header."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    """An answer. `body` is sent as JSON unless it is bytes; `cut` says to stop in the middle of it.

    `chunked` says that the bytes of the body are in chunks already.
    """

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json; charset=utf-8"
    cut: bool = False
    hang: bool = False
    drip: float = 0.0
    chunked: bool = False

    @property
    def raw(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


HTML_502 = Reply(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", kind="text/html")
CUT = Reply(200, {"data": [{"id": "1", "text": "only half of this arr"}]}, cut=True)
HANG = Reply(hang=True)
JSON_500 = Reply(500, {"status": "unknown"})
"""A failure whose JSON holds no error."""


class Stand:
    """Runs while it is entered. `misbehave` puts replies in front of what it would really answer."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self._faults: list[tuple[str, Reply]] = []
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def misbehave(self, path_part: str, *replies: Reply) -> None:
        """Answer the next requests whose path holds `path_part` with these instead."""
        self._faults.extend((path_part, reply) for reply in replies)

    def paths(self) -> list[str]:
        """What was asked for so far, in order."""
        return [one.path for one in self.asked]

    def answer(self, asked: Asked) -> Reply:
        """What this network would answer."""
        raise NotImplementedError

    def handle(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            for index, (part, reply) in enumerate(self._faults):
                if part in asked.path:
                    del self._faults[index]
                    return reply
            return self.answer(asked)

    def wait_until_over(self, seconds: float) -> None:
        self._over.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what several tests are about."""


def _handler_for(stand: Stand) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            asked = Asked(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                form=dict(parse_qsl(body.decode())) if "form" in self.headers.get("Content-Type", "") else {},
                body=body,
            )
            self._send(stand.handle(asked))

        do_GET = do_POST = do_PUT = do_DELETE = _serve

        def _send(self, reply: Reply) -> None:
            if reply.hang:
                stand.wait_until_over(30)
                self.close_connection = True
                return
            raw = reply.raw
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            if reply.chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(len(raw)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.cut:
                self.wfile.write(raw[: len(raw) // 2])
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_WR)
                self.close_connection = True
                return
            if reply.drip:
                for byte in raw:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    stand.wait_until_over(reply.drip)
                return
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing on the screen."""

    return Handler
