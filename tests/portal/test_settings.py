"""Settings of a real server."""

import json
import os
import subprocess
import sys

from portal.paths import BASE_DIR

PRODUCTION = {
    # The browser tests of the same run need it; a server does not have it.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "",
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": "kX3v9Qb7Lw2Zt5Rm8Ys1Hd6Nf4Jc0Gp-Ue_Aa7Bq5Ix2Ol9Wz3",
    "ALLOWED_HOSTS": "hall.example",
    "DATABASE_URL": "postgres://hall@db.example/hall",
    "REDIS_URL": "redis://broker.example/0",
}


def python(*arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    given = {**os.environ, **PRODUCTION, **changes}
    environment = {name: value for name, value in given.items() if value}
    return subprocess.run(
        [sys.executable, *arguments], cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )


def test_production_passes_the_deploy_check_without_a_warning() -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_production_does_not_start_without_a_secret() -> None:
    done = python("manage.py", "check", SECRET_KEY="")
    assert done.returncode != 0
    assert "Set the SECRET_KEY environment variable" in done.stderr


def test_production_logs_one_json_object_a_line() -> None:
    code = (
        "import django; django.setup(); import structlog, logging;"
        "structlog.get_logger('hall').info('受理', case='A1'); logging.getLogger('other').warning('%s days', 5)"
    )
    lines = [json.loads(line) for line in python("-c", code).stderr.splitlines()]
    assert [(line["event"], line["level"], line.get("case")) for line in lines] == [
        ("受理", "info", "A1"),
        ("5 days", "warning", None),
    ]


def test_email_goes_to_files_unless_a_server_is_named() -> None:
    code = "from django.conf import settings as s; print(s.EMAIL_BACKEND.split('.')[-2], s.EMAIL_HOST, s.EMAIL_PORT)"
    assert python("-c", code).stdout.split() == ["filebased", "localhost", "25"]
    named = python("-c", code, EMAIL_URL="smtp://mail.example:2525")
    assert named.stdout.split() == ["smtp", "mail.example", "2525"]
