"""The protocol, against a fake daemon and, where it is installed, against the real one."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from files.clamd import CHUNK, Clamd, ScannerUnreachable, ScanRefused
from tests.files.daemon import EICAR, VIRUS, FakeClamd, on_socket, on_tcp


@pytest.fixture
def fake() -> Iterator[FakeClamd]:
    with on_tcp() as daemon:
        yield daemon


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_clean_stream_goes_over_in_chunks_and_has_no_virus(fake: FakeClamd) -> None:
    assert Clamd(fake.url).scan(io.BytesIO(b"x" * (CHUNK + 5))) == ""
    assert fake.chunks == [CHUNK, 5]


def test_a_virus_is_named(fake: FakeClamd) -> None:
    assert Clamd(fake.url).scan(io.BytesIO(b"before" + EICAR)) == VIRUS


def test_an_empty_stream_is_clean(fake: FakeClamd) -> None:
    assert Clamd(fake.url).scan(io.BytesIO(b"")) == ""


def test_it_speaks_on_a_socket_file_too(tmp_path: Path) -> None:
    with on_socket(tmp_path / "clamd.ctl") as daemon:
        assert Clamd(daemon.url).ping() is True
        assert Clamd(daemon.url).scan(io.BytesIO(EICAR)) == VIRUS


def test_a_stream_beyond_the_limit_is_refused_and_not_taken_for_a_broken_scanner(fake: FakeClamd) -> None:
    fake.max_bytes = CHUNK
    with pytest.raises(ScanRefused, match="INSTREAM size limit exceeded"):
        Clamd(fake.url).scan(io.BytesIO(b"x" * CHUNK * 40))


def test_an_error_of_the_scanner_is_a_refusal(fake: FakeClamd) -> None:
    fake.mood = "error"
    with pytest.raises(ScanRefused, match="Can't allocate memory"):
        Clamd(fake.url).scan(io.BytesIO(b"x"))


@pytest.mark.parametrize("mood", ["drop", "mute"])
def test_a_dropped_connection_says_nothing_about_the_file(fake: FakeClamd, mood: str) -> None:
    fake.mood = mood
    with pytest.raises(ScannerUnreachable):
        Clamd(fake.url).scan(io.BytesIO(b"x" * CHUNK * 3))


def test_nobody_listening_is_no_answer() -> None:
    scanner = Clamd(f"tcp://127.0.0.1:{free_port()}")
    assert scanner.ping() is False
    with pytest.raises(ScannerUnreachable):
        scanner.scan(io.BytesIO(b"x"))
    assert Clamd("unix:///nowhere/clamd.ctl").ping() is False


@pytest.mark.parametrize("url", ["", "127.0.0.1:3310", "tcp://127.0.0.1", "http://a:1", "unix://relative", "unix:///"])
def test_an_address_of_another_form_is_refused(url: str) -> None:
    if url == "unix:///":
        assert Clamd(url).ping() is False
        return
    with pytest.raises(ValueError, match="CLAMD_URL"):
        Clamd(url)


@pytest.mark.slow
def test_the_real_daemon_understands_us(real_clamd: Clamd) -> None:
    assert real_clamd.scan(io.BytesIO(b"%PDF-1.4 harmless" * 9000)) == ""
    assert real_clamd.scan(io.BytesIO(EICAR)) == "Hall.Test.EICAR.UNOFFICIAL"
    with pytest.raises(ScanRefused, match="size limit exceeded"):
        real_clamd.scan(io.BytesIO(b"x" * 5_000_000))
    assert real_clamd.ping() is True
