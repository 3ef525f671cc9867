"""What manage.py does around Django's own command line."""

import sys

from django.core.management import execute_from_command_line

from portal.embedded import EmbeddedError, Lease, acquire

# Commands that never open a connection. Everything else gets a database.
OFFLINE = frozenset(
    {
        "check",
        "check_translations",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "fill_english",
        "findstatic",
        "help",
        "makemessages",
        "spectacular",
        "startapp",
        "version",
    }
)


def needs_servers(arguments: list[str]) -> bool:
    """Whether the command line ``arguments`` (with the program's name) may touch the database."""
    words = arguments[1:]
    if not words or {"--help", "-h", "--version"} & set(words):
        return False
    if words[0] == "check" and "--database" in words:
        return True
    return words[0] not in OFFLINE


def main(arguments: list[str]) -> int:
    """Run a management command; 1 and one line where the embedded servers cannot start."""
    try:
        lease = acquire() if needs_servers(arguments) else Lease({})
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    with lease:
        execute_from_command_line(arguments)
    return 0
