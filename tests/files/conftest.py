"""A scanner."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from files.clamd import Clamd
from tests.files.daemon import EICAR, FakeClamd, on_tcp
from tests.fixtures_processes import wait_until


@pytest.fixture
def clamd(settings: Settings) -> Iterator[FakeClamd]:
    """A fake clamd that the hall is configured with."""
    with on_tcp() as fake:
        settings.CLAMD_URL = fake.url
        yield fake


CONF = """\
Foreground yes
DatabaseDirectory {folder}
LocalSocket {folder}/clamd.ctl
StreamMaxLength 1M
User {user}
"""


@pytest.fixture
def real_clamd(tmp_path: Path) -> Iterator[Clamd]:
    """The real daemon with a signature database of one line: size and MD5 of the EICAR file."""
    program = shutil.which("clamd")
    if program is None:
        pytest.skip("no clamd here: apt install clamav-daemon")
    digest = hashlib.md5(EICAR).hexdigest()
    (tmp_path / "own.hdb").write_text(f"{digest}:{len(EICAR)}:Hall.Test.EICAR\n")
    (tmp_path / "clamd.conf").write_text(CONF.format(folder=tmp_path, user=Path(tmp_path).owner()))
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, f"--config-file={tmp_path}/clamd.conf"], stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    scanner = Clamd(f"unix://{tmp_path}/clamd.ctl")
    try:
        wait_until(lambda: process.poll() is not None or scanner.ping(), seconds=60, what="clamd to answer")
        assert process.poll() is None, (tmp_path / "log").read_text()
        yield scanner
    finally:
        process.terminate()
        process.wait(20)
