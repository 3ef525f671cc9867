"""What the log must not hold."""

import logging

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.django_db
def test_query_code_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        client.get("/query/", {"number": "BJ20260000001", "code": "SECRET23"})
    lines = [str(record.msg) for record in caplog.records if "/query/" in str(record.msg)]
    assert lines
    assert "BJ20260000001" in lines[0]
    assert "SECRET23" not in "".join(lines)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/verify/SECRET23SECRET/", "/verify/***/"),
        ("/verify/?number=12&code=SECRET23", "/verify/?number=12&code=***"),
        ("/public-notices/objections/YY20260001/SECRET23/", "/public-notices/objections/YY20260001/***/"),
    ],
)
def test_codes_in_paths_are_not_logged(client: Client, caplog: pytest.LogCaptureFixture, path: str, kept: str) -> None:
    with caplog.at_level("INFO"):
        client.get(path)
    lines = "".join(str(record.msg) for record in caplog.records if path[:8] in str(record.msg))
    assert kept.partition("?")[0] in lines
    assert "SECRET" not in lines


@pytest.mark.parametrize("name", ["readable", "json"])
def test_lines_that_others_write_hold_no_code(name: str) -> None:
    configured = dict(settings.LOGGING["formatters"][name])
    formatter = configured.pop("()")(**configured)
    record = logging.LogRecord("django.request", 40, "", 0, "Internal Server Error: %s", ("/verify/SECRET23/",), None)
    line = formatter.format(record)
    assert "Internal Server Error: /verify/***/" in line
    assert "SECRET23" not in line
