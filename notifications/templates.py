"""What messages say: registered by code, filled in at reading time in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.utils.functional import Promise
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)

LazyText = str | Promise


@dataclass(frozen=True, slots=True)
class Text:
    """A message as its reader sees it."""

    subject: str
    body: str


_TEMPLATES: dict[str, tuple[LazyText, LazyText]] = {}


class _Params(dict[str, Any]):
    """A placeholder without a value leaves a dash: an old message must never break an inbox."""

    def __missing__(self, key: str) -> str:
        log.warning("message_param_missing", param=key)
        return "–"


def register(code: str, subject: LazyText, body: LazyText) -> None:
    """Add a template. ``subject`` and ``body`` are lazy translations with ``%(name)s`` placeholders."""
    _TEMPLATES[code] = (subject, body)


def registered() -> frozenset[str]:
    return frozenset(_TEMPLATES)


def render(code: str, params: Mapping[str, Any]) -> Text:
    """Fill in a template in the active language; a template that is gone says so instead of failing."""
    if code not in _TEMPLATES:
        log.warning("message_template_missing", template=code)
        return Text(_("Message"), code)
    subject, body = _TEMPLATES[code]
    values = _Params(params)
    # A mail header takes one line only.
    return Text(" ".join((str(subject) % values).split()), str(body) % values)
