"""Is the process alive, and can the hall do its work?"""

from datetime import datetime
from typing import Any, cast

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

# Under the broker's prefix, beside its queues. Values are ISO moments of the machine's clock.
HEARTBEAT_KEY = "hall:health:worker"
SWEEP_KEY = "hall:health:sweep"
MAKER_KEY = "hall:health:maker"
TIMEOUT_SECONDS = 2


def broker_client() -> "redis.Redis":
    """A client that gives up after two seconds, for signs of life only."""
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
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
    try:
        own = psycopg2.connect(**parameters)
        try:
            with own.cursor() as cursor:
                cursor.execute("SELECT 1")
        finally:
            own.close()
    except psycopg2.Error as error:
        return _no(error)
    return {"ok": True}


def _no(error: Exception) -> dict[str, Any]:
    """The kind only: messages of drivers name hosts and users."""
    return {"ok": False, "error": type(error).__name__}


def _sign(text: str | None, limit_seconds: int) -> dict[str, Any]:
    if text is None:
        return {"ok": False, "error": "never seen"}
    age = (timezone.now() - datetime.fromisoformat(text)).total_seconds()
    return {"ok": age <= limit_seconds, "age_seconds": round(age, 1)}


def _broker_and_signs() -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """What decides of broker, worker and sweep, and what the maker says, in one question: so a dead broker costs one
    waiting time, not four."""
    try:
        with broker_client() as client:
            signs = cast(list[str | None], client.mget(HEARTBEAT_KEY, SWEEP_KEY, MAKER_KEY))
    except (redis.RedisError, OSError) as error:
        unknown = {"ok": False, "error": "unknown"}
        return {"broker": _no(error), "worker": unknown, "sweep": unknown}, unknown
    heartbeat, sweep, maker = signs
    checks = {
        "broker": {"ok": True},
        "worker": _sign(heartbeat, settings.HALL_HEARTBEAT_SECONDS),
        "sweep": _sign(sweep, settings.HALL_SWEEP_SECONDS),
    }
    return checks, _sign(maker, settings.HALL_MAKER_SECONDS)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all; asks nobody else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, broker, worker and sweep are all well, else 503; in five seconds at the worst.

    The maker is told of and decides nothing: without it papers and previews come late, and people can work.
    """
    checks, maker = _broker_and_signs()
    checks = {"database": _database(), **checks}
    ready = all(result["ok"] for result in checks.values())
    answer = {"status": "ready" if ready else "not ready", "checks": checks, "maker": maker}
    return JsonResponse(answer, status=200 if ready else 503)
