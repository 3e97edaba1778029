"""A small hub on loopback: one public model, one for those with a token, and a line that can be slow or break."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PIECE = 2_000_000
"""Bytes that are sent at once."""
TOKEN = "hf_only-a-test-SECRET-word"


@dataclass
class Hub:
    """What the server holds and does; the address is known once it runs."""

    files: dict[str, bytes]
    """Of every model."""
    gated: frozenset[str] = frozenset({"closed/model"})
    """Models that are handed to who shows TOKEN."""
    models: frozenset[str] = frozenset({"open/model", "closed/model"})
    pause: float = 0.0
    """Seconds between two pieces of a file."""
    cut: bool = False
    """Close the line in the middle of every large file."""
    address: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path and authorization of every request."""


@contextmanager
def running(hub: Hub) -> Iterator[Hub]:
    """The hub while it serves on a free port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    hub.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


def folder_files(folder: Path) -> dict[str, bytes]:
    """The files of a checkpoint folder, and beside them two that nobody here should ask for."""
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    return {**files, "pytorch_model.bin": b"\x80pickle", "modeling_own.py": b"raise SystemExit('own code ran')"}


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, body: bool) -> None:
            shown = self.headers.get("authorization", "")
            hub.asked.append((self.command, self.path, shown))
            path = self.path.partition("?")[0]
            if path.startswith("/api/models/"):
                self._about(path.removeprefix("/api/models/"), shown)
                return
            name, _, file = path.strip("/").partition(f"/resolve/{COMMIT}/")
            if not file:
                name, _, file = path.strip("/").partition("/resolve/main/")
            if self._let_in(name, shown):
                self._file(hub.files.get(file), body)

        def _let_in(self, name: str, shown: str) -> bool:
            if name not in hub.models:
                self._send(401, b"{}", {"X-Error-Code": "RepoNotFound"})
            elif name in hub.gated and shown != f"Bearer {TOKEN}":
                self._send(403 if shown else 401, b"{}", {"X-Error-Code": "GatedRepo"})
            else:
                return True
            return False

        def _about(self, rest: str, shown: str) -> None:
            name = "/".join(rest.split("/")[:2])
            what = rest.removeprefix(name).strip("/")
            if name not in hub.models:
                self._send(401, b"{}", {"X-Error-Code": "RepoNotFound"})
            elif what == "auth-check":
                if self._let_in(name, shown):
                    self._send(200, b"{}")
            elif what.startswith("tree"):
                tree = [{"type": "file", "path": f, "size": len(b), "oid": _oid(b)} for f, b in hub.files.items()]
                self._send(200, json.dumps(tree).encode())
            else:
                siblings = [{"rfilename": f, "size": len(b)} for f, b in hub.files.items()]
                told = {"id": name, "sha": COMMIT, "siblings": siblings, "gated": name in hub.gated}
                self._send(200, json.dumps(told).encode())

        def _file(self, data: bytes | None, body: bool) -> None:
            if data is None:
                self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
                return
            self.send_response(200)
            for name, value in (("X-Repo-Commit", COMMIT), ("ETag", f'"{_oid(data)}"'), ("Content-Length", len(data))):
                self.send_header(name, str(value))
            self.end_headers()
            if not body:
                return
            large = len(data) > PIECE
            for at in range(0, len(data), PIECE):
                if large and hub.cut and at:
                    self.close_connection = True
                    return
                try:
                    self.wfile.write(data[at : at + PIECE])
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(hub.pause if large else 0)

        def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body)), "X-Repo-Commit": COMMIT}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    return Handler


def _oid(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()
