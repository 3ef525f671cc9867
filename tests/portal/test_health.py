"""/healthz and /readyz."""

import socket
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.health import HEARTBEAT_KEY, MAKER_KEY, SWEEP_KEY, leave_sign
from tests.fixtures_processes import broker


def verdict(client: Client) -> tuple[int, dict[str, bool]]:
    response = client.get("/readyz")
    return response.status_code, {name: check["ok"] for name, check in response.json()["checks"].items()}


def test_healthz_asks_nobody(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.usefixtures("empty_broker")
def test_readyz_without_a_worker_is_503_and_says_which(client: Client) -> None:
    assert verdict(client) == (503, {"database": True, "broker": True, "worker": False, "sweep": False})


@pytest.mark.usefixtures("empty_broker")
def test_readyz_with_fresh_signs_is_200(client: Client) -> None:
    leave_sign(HEARTBEAT_KEY)
    leave_sign(SWEEP_KEY)
    assert verdict(client) == (200, {"database": True, "broker": True, "worker": True, "sweep": True})


@pytest.mark.usefixtures("empty_broker")
def test_readyz_tells_of_the_maker_and_does_not_wait_for_it(client: Client) -> None:
    leave_sign(HEARTBEAT_KEY)
    leave_sign(SWEEP_KEY)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["maker"]) == (200, {"ok": False, "error": "never seen"})
    leave_sign(MAKER_KEY)
    assert client.get("/readyz").json()["maker"]["ok"] is True


@pytest.mark.usefixtures("empty_broker")
def test_readyz_takes_an_old_sweep_for_none(client: Client, settings: Settings) -> None:
    leave_sign(HEARTBEAT_KEY)
    old = timezone.now() - timedelta(seconds=settings.HALL_SWEEP_SECONDS + 1)
    with broker() as redis:
        redis.set(SWEEP_KEY, old.isoformat())
    assert verdict(client) == (503, {"database": True, "broker": True, "worker": True, "sweep": False})


def test_readyz_does_not_wait_for_a_broker_that_accepts_and_says_nothing(client: Client, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        begun = time.monotonic()
        assert verdict(client) == (503, {"database": True, "broker": False, "worker": False, "sweep": False})
        assert time.monotonic() - begun < 5


def test_readyz_names_no_host(client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://:geheim@127.0.0.1:1/0"
    answer = client.get("/readyz").content.decode()
    assert "127.0.0.1" not in answer
    assert "geheim" not in answer
