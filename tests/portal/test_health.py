"""/healthz and /readyz."""

import pytest
from django.test import Client


def test_healthz_asks_nobody(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.usefixtures("empty_broker")
def test_readyz_without_a_worker_is_503_and_says_which(client: Client) -> None:
    response = client.get("/readyz")
    checks = response.json()["checks"]
    assert response.status_code == 503
    assert {name: check["ok"] for name, check in checks.items()} == {
        "database": True,
        "broker": True,
        "worker": False,
        "sweep": False,
    }
