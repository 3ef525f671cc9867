"""Is the process alive, and can the hall do its work?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# Under the broker's prefix, beside its queues. Values are ISO moments of the machine's clock.
HEARTBEAT_KEY = "hall:health:worker"
SWEEP_KEY = "hall:health:sweep"
TIMEOUT_SECONDS = 2


def broker_client() -> "redis.Redis":
    """A client that gives up after two seconds, for signs of life only."""
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        decode_responses=True,
    )


def leave_sign(key: str) -> None:
    """Write down that a process did its work now."""
    with broker_client() as client:
        client.set(key, timezone.now().isoformat())


def _database() -> dict[str, Any]:
    # A connection of its own: the request's may wait for a dead server as long as TCP likes.
    parameters = {**connection.get_connection_params(), "connect_timeout": TIMEOUT_SECONDS}
    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)
    parameters["options"] = f"{parameters.get('options', '')} -c statement_timeout={TIMEOUT_SECONDS * 1000}"
    own = psycopg2.connect(**parameters)
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        own.close()
    return {}


def _broker() -> dict[str, Any]:
    with broker_client() as client:
        client.ping()
    return {}


def _sign(key: str, limit_seconds: int) -> dict[str, Any]:
    with broker_client() as client:
        text = client.get(key)
    if text is None:
        return {"ok": False, "error": "never seen"}
    age = (timezone.now() - datetime.fromisoformat(str(text))).total_seconds()
    return {"ok": age <= limit_seconds, "age_seconds": round(age, 1)}


def _worker() -> dict[str, Any]:
    return _sign(HEARTBEAT_KEY, settings.HALL_HEARTBEAT_SECONDS)


def _sweep() -> dict[str, Any]:
    return _sign(SWEEP_KEY, settings.HALL_SWEEP_SECONDS)


CHECKS: dict[str, Callable[[], dict[str, Any]]] = {
    "database": _database,
    "broker": _broker,
    "worker": _worker,
    "sweep": _sweep,
}


def _answer(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"ok": True, **check()}
    except (psycopg2.Error, redis.RedisError, OSError) as error:
        # The kind only: messages of drivers name hosts and users.
        return {"ok": False, "error": type(error).__name__}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all; asks nobody else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, broker, worker and sweep are all well, else 503; each in at most a few seconds."""
    checks = {name: _answer(check) for name, check in CHECKS.items()}
    ready = all(result["ok"] for result in checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)
