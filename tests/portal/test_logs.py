"""What the log must not hold."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_query_code_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        client.get("/query/", {"number": "BJ20260000001", "code": "SECRET23"})
    lines = [str(record.msg) for record in caplog.records if "/query/" in str(record.msg)]
    assert lines
    assert "BJ20260000001" in lines[0]
    assert "SECRET23" not in "".join(lines)
