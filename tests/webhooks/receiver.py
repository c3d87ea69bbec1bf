"""A receiver of webhooks that does as it is told: the other side of every test here, on a real socket.

`Receiver(behave)` serves on a port of 127.0.0.1 until its `with` block ends and keeps every request. `behave` takes the
connection and the request and answers as it likes; the functions below are the usual manners.
"""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Received:
    """One request. `at` is the time it came, `name` the host that TLS asked for."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.time)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


Behaviour = Callable[[socket.socket, Received], None]


def answer(status: int = 200, body: bytes = b"ok", **headers: str) -> Behaviour:
    """Answers at once, and keeps the connection."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode()

    def behave(connection: socket.socket, request: Received) -> None:
        connection.sendall(head + body)

    return behave


def raw(data: bytes) -> Behaviour:
    """Says exactly this and hangs up."""

    def behave(connection: socket.socket, request: Received) -> None:
        connection.sendall(data)
        hang_up(connection)

    return behave


def hang_up(connection: socket.socket) -> None:
    """Ends the conversation, whoever else still holds the socket."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def hang(seconds: float = 60) -> Behaviour:
    """Says nothing until the caller gives up."""

    def behave(connection: socket.socket, request: Received) -> None:
        connection.settimeout(seconds)
        with suppress(OSError):
            connection.recv(1)
        hang_up(connection)

    return behave


def drip(interval: float = 0.05) -> Behaviour:
    """Sends a byte of an endless header now and then, so that no single wait is ever long."""

    def behave(connection: socket.socket, request: Received) -> None:
        with suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 X\r\nX-Drip: ")
            connection.settimeout(interval)
            while True:
                connection.sendall(b"x")
                with suppress(TimeoutError):
                    if not connection.recv(1):
                        return

    return behave


def flood(total: int = 1 << 30) -> Behaviour:
    """Answers with a gigabyte, as far as the caller takes it."""

    def behave(connection: socket.socket, request: Received) -> None:
        with suppress(OSError):
            connection.sendall(f"HTTP/1.1 200 X\r\nContent-Length: {total}\r\n\r\n".encode())
            block = b"x" * (1 << 20)
            for _ in range(total >> 20):
                connection.sendall(block)
        hang_up(connection)

    return behave


def reset(connection: socket.socket, request: Received) -> None:
    """Tears the connection down without a word."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    socket.close(connection.detach())


class Receiver:
    """Serves until the block ends. `behave` may be changed at any time; requests are in `received`, in order."""

    def __init__(self, behave: Behaviour | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.behave = behave or answer()
        self.received: list[Received] = []
        self.connections = 0
        self._tls = tls
        self._news = threading.Condition()
        self._open: set[socket.socket] = set()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=256)

    @property
    def port(self) -> int:
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [request.id for request in self.received]

    @property
    def events(self) -> list[str]:
        return [request.event["event"] for request in self.received]

    def wait_for(self, count: int, seconds: float = 20) -> list[Received]:
        """The first `count` requests, as soon as they are there; AssertionError if they are not in time."""
        with self._news:
            there = self._news.wait_for(lambda: len(self.received) >= count, seconds)
        assert there, f"{len(self.received)} requests came instead of {count}"
        return self.received[:count]

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        self.connections += 1
        with suppress(OSError, ValueError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._open.add(connection)
            for request in self._requests(connection):
                with self._news:
                    self.received.append(request)
                    self._news.notify_all()
                self.behave(connection, request)
        self._open.discard(connection)
        connection.close()

    @staticmethod
    def _requests(connection: socket.socket) -> Iterator[Received]:
        with connection.makefile("rb") as stream:
            while line := stream.readline():
                _, path, _ = line.decode().split(" ", 2)
                headers: dict[str, str] = {}
                while (header := stream.readline().strip()) != b"":
                    name, _, value = header.decode().partition(":")
                    headers[name.lower()] = value.strip()
                length = int(headers.get("content-length", "0"))
                body = stream.read(length)
                if len(body) < length:  # whoever sent it was cut off
                    return
                yield Received(path, headers, body)
