"""A small HTTP server on loopback that answers as a test says, however badly."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile

from .certificates import Certificates


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def line(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    """What is answered; without a length of its own it is the body's."""

    status: int = 207
    body: bytes | Iterator[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Script = Callable[[Asked], Answer]


@dataclass
class Server:
    """Where it is, and what it has been asked so far."""

    url: str
    asked: list[Asked]

    @property
    def lines(self) -> list[str]:
        """Method and path of each request."""
        return [one.line for one in self.asked]


@contextmanager
def scripted(script: Script, tls: Certificates | None = None) -> Iterator[Server]:
    """Answer by a script until the end of the block."""
    asked: list[Asked] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            asked.append(Asked(self.command, self.path, dict(self.headers), body))
            answer = script(asked[-1])
            pieces = iter((answer.body,)) if isinstance(answer.body, bytes) else answer.body
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if isinstance(answer.body, bytes):
                if "Content-Length" not in answer.headers:
                    self.send_header("Content-Length", str(len(answer.body)))
            else:
                self.close_connection = True
                self.send_header("Connection", "close")
            self.end_headers()
            with suppress(OSError):
                # Writing nothing never fails, so an endless body must be told that nobody reads on.
                for piece in takewhile(lambda _piece: not over.is_set(), pieces):
                    self.wfile.write(piece)

        do_GET = do_POST = do_PUT = do_PROPFIND = do_REPORT = _answer  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *arguments: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate, tls.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        scheme = "https" if tls is not None else "http"
        yield Server(f"{scheme}://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
