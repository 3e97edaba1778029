"""A server on loopback that speaks, or misspeaks, the OpenAI stream: each test writes its answer down to the bytes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Asked:
    """One request as it came in."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self.path = handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.body = json.loads(handler.rfile.read(int(handler.headers.get("content-length") or 0)) or "{}")


class Answer:
    """What a script writes with."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler

    def head(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        """Status line and headers; the body lasts until the connection is closed."""
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", kind)
        self._handler.send_header("Connection", "close")
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()

    def raw(self, data: bytes | str) -> None:
        """Bytes as they are."""
        self._handler.wfile.write(data.encode() if isinstance(data, str) else data)
        self._handler.wfile.flush()

    def event(self, value: Any) -> None:
        """One event of the stream."""
        self.raw(f"data: {json.dumps(value, ensure_ascii=False)}\n\n")

    def text(self, text: str, finish: str | None = None) -> None:
        """One chunk with a piece of text."""
        delta = {"content": text} if text else {}
        self.event({"id": "1", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def reply(self, *pieces: str, finish: str | None = "stop", usage: Any = None) -> None:
        """A whole stream."""
        self.head()
        for piece in pieces:
            self.text(piece)
        if finish:
            self.text("", finish)
        if usage is not None:
            self.event({"id": "1", "choices": [], "usage": usage})
        self.raw("data: [DONE]\n\n")

    def error(self, status: int, message: str, **headers: str) -> None:
        """An error in the usual form."""
        self.head(status, "application/json", **headers)
        self.raw(json.dumps({"error": {"message": message}}))

    def hang(self, until: threading.Event) -> None:
        """Say nothing until the test is over."""
        until.wait(20)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


Script = Callable[[Asked, Answer], None]


@contextmanager
def served(script: Script) -> Iterator[tuple[str, list[Asked], threading.Event]]:
    """Address, the requests so far, and an event that is set when the test is over."""
    asked: list[Asked] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = Asked(self)
            asked.append(request)
            try:
                script(request, Answer(self))
            except (BrokenPipeError, ConnectionResetError):
                over_early.append(request)
            self.close_connection = True

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    over_early: list[Asked] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked, over
    finally:
        over.set()
        server.shutdown()
        server.server_close()
