"""A small clamd on loopback: speaks PING and INSTREAM and knows one virus, the EICAR test file."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# https://www.eicar.org/download-anti-malware-testfile/ in two parts, so that no scanner takes this file for one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
VIRUS = "Win.Test.EICAR_HDB-1"


class FakeClamd:
    """What the daemon does next, and what it has been sent."""

    def __init__(self) -> None:
        # "", or one of: drop (hangs up in the stream), mute (hangs up instead of an answer), error (refuses).
        self.mood = ""
        self.max_bytes = 100_000_000
        self.scans = 0
        self.pings = 0
        self.chunks: list[int] = []
        self.url = ""

    def answer(self, stream: Any) -> bytes:
        """Read one command and do it."""
        command = _until_zero(stream)
        if command == b"zPING":
            self.pings += 1
            return b"PONG\0"
        if command != b"zINSTREAM":
            return b"UNKNOWN COMMAND\0"
        self.scans += 1
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            if self.mood == "drop":
                return b""
            if len(content) + size > self.max_bytes:
                return b"INSTREAM size limit exceeded. ERROR\0"
            self.chunks.append(size)
            content += stream.read(size)
        if self.mood == "mute":
            return b""
        if self.mood == "error":
            return b"stream: Can't allocate memory ERROR\0"
        return f"stream: {VIRUS} FOUND\0".encode() if EICAR in content else b"stream: OK\0"


def _until_zero(stream: Any) -> bytes:
    data = b""
    while (byte := stream.read(1)) not in (b"\0", b""):
        data += byte
    return data


@contextmanager
def running(fake: FakeClamd, server: socketserver.BaseServer) -> Iterator[FakeClamd]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def handler(fake: FakeClamd) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            answer = fake.answer(self.rfile)
            if answer:
                self.wfile.write(answer)

    return Handler


@contextmanager
def on_tcp() -> Iterator[FakeClamd]:
    """Listens on a free port of 127.0.0.1."""
    fake = FakeClamd()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler(fake))
    server.daemon_threads = True
    fake.url = f"tcp://127.0.0.1:{server.server_address[1]}"
    with running(fake, server):
        yield fake


@contextmanager
def on_socket(path: Path) -> Iterator[FakeClamd]:
    """Listens on a socket file."""
    fake = FakeClamd()
    server = socketserver.ThreadingUnixStreamServer(str(path), handler(fake))
    server.daemon_threads = True
    fake.url = f"unix://{path}"
    with running(fake, server):
        yield fake
