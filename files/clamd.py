"""The little of clamd's protocol that the hall speaks: PING and INSTREAM (clamd(8), "COMMANDS").

Spoken here rather than through a library, since clamd says that a stream is too long and hangs up
while the sender still sends: whoever does not listen between two chunks sees a broken pipe, and
can't tell a file that will never fit from a scanner that is down.
"""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

CHUNK = 64 * 1024
CONNECT_SECONDS = 5
# clamd itself gives a file up after two minutes (MaxScanTime).
ANSWER_SECONDS = 150
MAX_ANSWER = 4096


class ScannerUnreachable(Exception):
    """Nobody answers, or the connection broke: ask again later."""


class ScanRefused(Exception):
    """The scanner is well and says that it can't look at this content: too long, unreadable, too complex."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd at ``tcp://host:port`` or ``unix:///path``; ValueError for any other address."""

    url: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if not (parts.scheme == "tcp" and parts.hostname and parts.port) and not (
            parts.scheme == "unix" and parts.path and not parts.netloc
        ):
            raise ValueError(f"CLAMD_URL must be tcp://host:port or unix:///path, not {self.url!r}")

    def ping(self) -> bool:
        """Whether it answers."""
        try:
            with self._connected() as connection:
                connection.sendall(b"zPING\0")
                return _answer(connection) == "PONG"
        except ScannerUnreachable:
            return False

    def scan(self, stream: IO[Any]) -> str:
        """Name of the virus in ``stream``, "" for none. Raises ScannerUnreachable, ScanRefused."""
        with self._connected() as connection:
            connection.sendall(b"zINSTREAM\0")
            for chunk in iter(lambda: stream.read(CHUNK), b""):
                if not _sent(connection, struct.pack("!L", len(chunk)) + chunk):
                    break
            else:
                _sent(connection, struct.pack("!L", 0))
            return _virus(_answer(connection))

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        parts = urlsplit(self.url)
        try:
            if parts.scheme == "tcp":
                connection = socket.create_connection((parts.hostname or "", parts.port or 0), CONNECT_SECONDS)
            else:
                connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                connection.settimeout(CONNECT_SECONDS)
                with _closed_on_error(connection):
                    connection.connect(parts.path)
            with connection:
                connection.settimeout(ANSWER_SECONDS)
                yield connection
        except OSError as error:
            raise ScannerUnreachable(str(error)) from error


@contextmanager
def _closed_on_error(connection: socket.socket) -> Iterator[None]:
    try:
        yield
    except OSError:
        connection.close()
        raise


def _sent(connection: socket.socket, data: bytes) -> bool:
    """Whether it went out: not when the other side speaks already, or has spoken and hung up. Its answer then
    still lies there to be read."""
    if select.select([connection], [], [], 0)[0]:
        return False
    try:
        connection.sendall(data)
    except ConnectionError:
        return False
    return True


def _answer(connection: socket.socket) -> str:
    """One answer up to its zero byte; ScannerUnreachable when the connection ends before it."""
    data = b""
    while not data.endswith(b"\0"):
        piece = connection.recv(MAX_ANSWER)
        data += piece
        if not piece or len(data) > MAX_ANSWER:
            raise ScannerUnreachable(f"broken answer {data[:80]!r}")
    return data.rstrip(b"\0").decode("utf-8", "replace").strip()


def _virus(answer: str) -> str:
    """ "stream: Win.Test.EICAR_HDB-1 FOUND" → the name; "stream: OK" → ""; anything else is a refusal."""
    body = answer.removeprefix("stream: ")
    if body == "OK":
        return ""
    if body.endswith(" FOUND"):
        return body.removesuffix(" FOUND")
    raise ScanRefused(body.removesuffix(" ERROR").strip())
