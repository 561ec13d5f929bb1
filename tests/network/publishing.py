"""A server on loopback that publishes one file as the Hugging Face hub and as download.pytorch.org do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import NamedTuple

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Request(NamedTuple):
    """What was asked for; `start` is where a range begins."""

    method: str
    path: str
    start: int
    authorization: str


class Publisher:
    """What the server has and how it misbehaves.

    body: the file. promised: the SHA-256 that it gives for it. cut_at: after how many bytes of an answer the connection
    breaks off, one number an answer, then no more. status: an error instead of any answer. silent: answers nothing.
    """

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.promised = hashlib.sha256(body).hexdigest()
        self.cut_at: list[int] = []
        self.status = 200
        self.silent = False
        self.requests: list[Request] = []
        self.ended = Event()
        self.address = ""

    def answer(self, ask: BaseHTTPRequestHandler) -> None:
        start = int((re.match(r"bytes=(\d+)-", ask.headers.get("Range", "")) or [0, 0])[1])
        self.requests.append(Request(ask.command, ask.path, start, ask.headers.get("Authorization", "")))
        if self.silent:
            self.ended.wait(30)
        elif self.status != 200:
            ask.send_error(self.status)
        elif "/resolve/" in ask.path:
            self._redirect(ask)
        else:
            self._file(ask, start)

    def _redirect(self, ask: BaseHTTPRequestHandler) -> None:
        """What the hub says of a large file, and where it is: with its commit, size, and SHA-256 as ETag."""
        ask.send_response(302)
        ask.send_header("X-Repo-Commit", COMMIT)
        ask.send_header("X-Linked-ETag", f'"{self.promised}"')
        ask.send_header("X-Linked-Size", str(len(self.body)))
        # On another host, as the hub's files are: what that one says of a file is then not asked for.
        ask.send_header("Location", f"{self.address.replace('127.0.0.1', 'localhost')}/cdn/{self.promised}")
        ask.send_header("Content-Length", "0")
        ask.end_headers()

    def _file(self, ask: BaseHTTPRequestHandler, start: int) -> None:
        rest = self.body[start:]
        ask.send_response(206 if start else 200)
        ask.send_header("Content-Length", str(len(rest)))
        if start:
            ask.send_header("Content-Range", f"bytes {start}-{len(self.body) - 1}/{len(self.body)}")
        ask.end_headers()
        if ask.command == "GET":
            ask.wfile.write(rest[: self.cut_at.pop(0)] if self.cut_at else rest)
        ask.close_connection = True


@contextmanager
def published(body: bytes) -> Iterator[Publisher]:
    """A publisher of this file whose server runs meanwhile."""
    publisher = Publisher(body)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            publisher.answer(self)

        def do_HEAD(self) -> None:
            publisher.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    publisher.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield publisher
    finally:
        publisher.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
