"""HTTP to an address that somebody typed, for the OpenAI client: every name is looked up once and checked, nothing
is followed, and nothing is waited for or read without end.

A hostile address must not reach the inside of this machine: by name, number form, redirect, or a
name that answers differently the second time. So the connection goes to the very address that was
checked (the way of safehttpx, https://github.com/gradio-app/safehttpx), redirects are refused, and
proxies of the environment are not used.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from playground.errors import BadSetting


@dataclass(frozen=True)
class Limits:
    """How long is waited and how much is read."""

    connect: float = 5.0
    """Seconds until a connection stands."""
    first: float = 30.0
    """Seconds until the answer begins."""
    idle: float = 60.0
    """Seconds between two pieces of it."""
    whole: float = 900.0
    """Seconds for all of it."""
    line_bytes: int = 2**20
    """Bytes without a line end."""
    bytes: int = 2**23
    """Bytes in all."""


MOST_AT_ONCE = 64
"""Requests under way to one model; a whole class may share a laptop's page, and with it this line."""
PUBLIC = Limits(whole=120.0)
"""Limits where strangers share the machine."""

Resolve = Callable[[str, int], list[str]]
"""Host and port to numeric addresses. Raises OSError."""


class Trouble(Exception):
    """What went wrong on the way, as one sentence without the name of the host in front."""


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def read_address(text: str, public: bool) -> str:
    """A typed address, tidied: no blanks, no slash at its end. Raises BadSetting.

    On a public page it must be https.
    """
    text = text.strip().rstrip("/")
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError) as error:
        raise BadSetting(f"address {text!r:.80} is no address; it must look like https://host/v1") from error
    whole = len(text) <= 500 and text.isprintable() and " " not in text and 0 < (url.port or 443) < 65536
    if url.scheme not in ("http", "https") or not url.host or not whole:
        raise BadSetting(f"address {text!r:.80} is no address; it must look like https://host/v1")
    if url.userinfo or url.query or url.fragment:
        raise BadSetting(
            f"address of {url.host!r:.80} holds a password, a question or a mark; it must look like https://host/v1"
        )
    if public and url.scheme != "https":
        raise BadSetting(f"address {text!r:.80} is not https; on a public page it must look like https://host/v1")
    return text


def inside(address: str) -> bool:
    """Whether a numeric address may lie inside: anything but a public unicast address, hidden in IPv6 too."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        carried = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if carried is not None:
            return inside(str(carried))
    return not ip.is_global or ip.is_multicast or ip.is_reserved


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class _Checked(httpcore2.NetworkBackend):
    """Connects to the address that was checked, not to whatever the name means a moment later."""

    def __init__(self, public: bool, resolve: Resolve) -> None:
        self._public = public
        self._resolve = resolve
        self._inner = httpcore2.SyncBackend()
        self.until = threading.local()
        """`until.head`: when the head of the answer that this thread waits for has to be there."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise Trouble("is not known to the name service; check the address") from error
        if self._public and any(inside(address) for address in addresses):
            raise Trouble("points inside this machine or its network; use a public address")
        last: Exception | None = None
        for address in addresses[:4]:
            try:
                made = self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
                return _Timed(made, self.until)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise Trouble("cannot be reached; check the address, and that the server runs") from last


class _Timed(httpcore2.NetworkStream):
    """A connection whose reads end when a whole answer's head is due: single bytes keep a read's own patience up."""

    def __init__(self, inner: httpcore2.NetworkStream, until: threading.local) -> None:
        self._inner = inner
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        due: float | None = getattr(self._until, "head", None)
        if due is not None:
            left = due - time.monotonic()
            if left <= 0:
                raise httpcore2.ReadTimeout("the head of the answer took too long")
            timeout = left if timeout is None else min(timeout, left)
        return self._inner.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, timeout), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Wire(httpx2.BaseTransport):
    """A transport for httpx2.Client; keeps connections until closed."""

    def __init__(self, public: bool, limits: Limits | None = None, resolve: Resolve = resolved) -> None:
        self.limits = limits or (PUBLIC if public else Limits())
        checked = _Checked(public, resolve)
        self._until = checked.until
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=MOST_AT_ONCE,
            max_keepalive_connections=4,
            network_backend=checked,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it; raises Trouble."""
        limits = self.limits
        # Read again before every piece, so it is changed once the answer has begun.
        patience = {"connect": limits.connect, "read": limits.first, "write": limits.first, "pool": limits.first}
        request.headers["Accept-Encoding"] = "identity"
        until = time.monotonic() + limits.whole
        sent = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions={**request.extensions, "timeout": patience},
        )
        self._until.head = time.monotonic() + limits.connect + 2 * limits.first
        try:
            answer = _done(lambda: self._pool.handle_request(sent), limits.first)
        finally:
            self._until.head = None
        patience["read"] = limits.idle
        response = httpx2.Response(
            answer.status, headers=answer.headers, stream=_Pieces(answer, limits, until), extensions=answer.extensions
        )
        if response.has_redirect_location:
            response.close()
            raise Trouble(f"sends on to another address (status {answer.status}); type the final one")
        if response.headers.get("content-encoding", "identity") != "identity":
            response.close()
            raise Trouble("answers in a packed form that was not asked for; choose another server")
        return response

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Pieces(httpx2.SyncByteStream):
    """A body that ends with Trouble where it goes on for too long."""

    def __init__(self, answer: httpcore2.Response, limits: Limits, until: float) -> None:
        self._answer = answer
        self._limits = limits
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        limits, read, line = self._limits, 0, 0
        pieces = iter(self._answer.iter_stream())
        while (piece := _done(lambda: next(pieces, None), limits.idle)) is not None:
            read += len(piece)
            newest = piece.rfind(b"\n")
            line = line + len(piece) if newest < 0 else len(piece) - newest - 1
            if read > limits.bytes or line > limits.line_bytes:
                raise Trouble(f"sends too much ({read:,} bytes, no end in sight); choose another server")
            if time.monotonic() > self._until:
                raise Trouble(f"was not done after {limits.whole:.0f} seconds; ask for fewer tokens")
            yield piece

    def close(self) -> None:
        self._answer.close()


def _done(do: Callable[[], Any], seconds: float) -> Any:
    """The result, or what the library raised as Trouble; `seconds` is what was waited for a piece."""
    try:
        return do()
    except (httpcore2.ReadTimeout, httpcore2.WriteTimeout, httpcore2.PoolTimeout) as error:
        raise Trouble(f"said nothing for {seconds:.0f} seconds; ask again, or choose another server") from error
    except httpcore2.TimeoutException as error:
        raise Trouble("cannot be reached in time; check the address, and that the server runs") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise Trouble("broke off the connection; ask again") from error
    except httpcore2.UnsupportedProtocol as error:
        raise Trouble("is no http or https address; check it") from error
