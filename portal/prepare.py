"""``python -m portal.prepare``: everything between an empty database and a hall that can open.

One process for all steps, since loading Django costs more than most of them.
"""

import hashlib
import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command, get_commands

from common.catalogues import compile_catalogues
from portal.paths import ACCOUNTS_FILE, BASE_DIR


def _fingerprint(folders: list[Path]) -> str:
    """Changes when a file below ``folders`` is added, removed, renamed or written."""
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                stat = path.stat()
                total.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return total.hexdigest()


def _collect_static() -> None:
    lock = BASE_DIR / "package-lock.json"
    requirements = BASE_DIR / "requirements.txt"
    value = _fingerprint([BASE_DIR / "static"]) + "".join(
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (lock, requirements)
    )
    stamp = settings.STATIC_ROOT / ".stamp"
    if stamp.exists() and stamp.read_text() == value:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(value)


def _migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _when_registered(name: str, *arguments: str) -> Callable[[], None]:
    """A step that runs one of the sample commands; ``HALL_SAMPLE=no`` opens an empty hall."""

    def step() -> None:
        if name in get_commands() and wants_sample():
            call_command(name, *arguments)

    return step


def wants_sample() -> bool:
    return os.environ.get("HALL_SAMPLE", "").lower() not in {"0", "no", "false"}


def _accounts() -> None:
    """Keep the list of sample accounts for the supervisor, which prints it when the door is open."""
    text = io.StringIO()
    if "sample_accounts" in get_commands() and wants_sample():
        call_command("sample_accounts", stdout=text)
    (settings.HALL_VAR / "run" / ACCOUNTS_FILE).write_text(text.getvalue())


STEPS: list[tuple[str, Callable[[], object]]] = [
    ("Compiling translations", lambda: compile_catalogues(BASE_DIR / "locale")),
    ("Bringing the database up to date", _migrate),
    ("Collecting static files", _collect_static),
    ("Loading the catalogue of matters", _when_registered("load_catalogue")),
    ("Loading the sample hall", _when_registered("load_sample_hall", "--if-empty")),
    ("Looking up the sample accounts", _accounts),
]


def main() -> None:
    """Do every step, each announced before and timed after."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    django.setup()
    for label, step in STEPS:
        print(f"==> {label} …", flush=True)
        begun = time.monotonic()
        step()
        took = time.monotonic() - begun
        if took > 1:
            print(f"    {took:.1f} s", flush=True)


if __name__ == "__main__":
    main()
