"""Structured logs: one JSON object a line in production, readable lines elsewhere."""

import os
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _one_line_a_request(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line at the end of a request has all that the one at its start has; health checks have none."""
    if event.get("event") == "request_started":
        raise structlog.DropEvent
    if event.get("event") == "request_finished" and str(event.get("request")) in {"GET /healthz", "GET /readyz"}:
        raise structlog.DropEvent
    return event


# The public query carries its code in the address, a paper's page and an objection's receipt have theirs in the path;
# the address of a calendar feed is a secret by itself.
SECRET = re.compile(r"([?&]code=|/deadlines/feed/|/verify/|/public-notices/objections/[^/\s]+/)[^?&/\s]+")


def _without_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # Lines of Django itself, such as the one of a failed request, have the path in their words.
    for name in event.keys() & {"request", "event"}:
        event[name] = SECRET.sub(r"\1***", str(event[name]))
    return event


structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        _one_line_a_request,
        _without_secrets,
        *_SHARED,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def _formatter(*renderers: Any) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [_without_secrets, *_SHARED],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
    }


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": _formatter(structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(ensure_ascii=False)),
        "readable": _formatter(structlog.dev.ConsoleRenderer(colors=False)),
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "readable"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": [], "propagate": True},
        # Every lost connection and every 404 by name; the request log has them already.
        "django.request": {"level": "ERROR"},
        "kombu": {"level": "WARNING"},
        # One line a task is enough: the one at its end.
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
