"""How an approved deviation is applied: the floor that owns what it changes enters a handler for its kind.

A handler runs inside the transaction of the act, with the deviation's row locked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.actors import Actor
from common.errors import NotAllowed

if TYPE_CHECKING:
    from coordination.models import Deviation
    from projects.models import Project


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of a project that a deviation of one kind can apply to.

    ``value`` is what comes back from the form: a number of a subject, or a code.
    """

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Handler:
    """``choices`` of a project; ``apply`` refuses with HallError what is unlawful, fills ``label`` and ``before``, and
    changes what there is to change; ``undo`` takes that back."""

    choices: Callable[[Project], Sequence[Choice]]
    apply: Callable[[Deviation, Actor], None]
    undo: Callable[[Deviation, Actor], None]
    subject_type: str = ""


_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Let deviations of ``kind`` be approved; called from ``AppConfig.ready``."""
    _handlers[str(kind)] = handler


def kinds() -> list[str]:
    """Kinds that somebody applies."""
    return list(_handlers)


def handler_of(kind: str) -> Handler:
    """Raises NotAllowed for a kind that nobody applies: approving it would be an empty word."""
    try:
        return _handlers[str(kind)]
    except KeyError:
        raise NotAllowed from None
