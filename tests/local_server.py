"""A small HTTP server on this machine for the tests of downloads: no test reaches the network.

A test sets `server.answer`, a function of the `Request` that sends the response; it may be replaced between
requests. `server.requests` lists what was asked for.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Asked(NamedTuple):
    path: str
    range: str | None


class Request(BaseHTTPRequestHandler):
    """What an answer is given: `path` and `headers`, and ways to respond."""

    server: "Server"

    def do_GET(self) -> None:
        self.server.requests.append(Asked(self.path, self.headers["Range"]))
        self.server.answer(self)

    def send(self, status: int, body: bytes = b"", **headers: object) -> None:
        """Send a response; `Content_Length=None` leaves the length out, another value lies about it."""
        headers = {"Content_Length": len(body)} | headers
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def send_file(self, data: bytes, stop: int | None = None, etag: str | None = '"1"') -> None:
        """Send a file, or the range that was asked for; break off after byte number `stop` of the file."""
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        if asked and self.headers.get("If-Range", etag) == etag:
            start = int(asked[1])
            span = f"bytes {start}-{len(data) - 1}/{len(data)}"
            length = len(data) - start
            self.send(206, data[start:stop], Content_Length=length, Content_Range=span, ETag=etag)
        else:
            self.send(200, data[:stop], Content_Length=len(data), ETag=etag)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Answers on 127.0.0.1 until the block ends."""

    daemon_threads = True  # an answer that waits for ever does not keep the tests from ending

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.requests: list[Asked] = []
        self.answer: Callable[[Request], None] = lambda request: request.send(404)

    def url(self, path: str = "/file") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


@contextmanager
def running() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
