"""What an instruction may be about. The apps that own a kind of subject say here how it is found, called and linked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that somebody sees: its type and number, how it is called, where its page is."""

    type: str
    id: int
    title: str
    link: str
    project_id: int | None = None


# (user, id) -> the subject, or None where there is none or it is not for this person's eyes.
Find = Callable[[User, int], Subject | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A registered type of subject ("approvals.case") with its word."""

    type: str
    label: Any
    find: Find


_kinds: dict[str, Kind] = {}


def register(subject_type: str, label: Any, find: Find) -> None:
    """Let instructions be given on subjects of this type; called from ``AppConfig.ready``."""
    _kinds[subject_type.lower()] = Kind(subject_type.lower(), label, find)


def kinds() -> list[Kind]:
    return list(_kinds.values())


def label_of(subject_type: str) -> str:
    """The word for a type; "" for one whose app is gone."""
    kind = _kinds.get(subject_type.lower())
    return str(kind.label) if kind else ""


def find(user: User, subject_type: str, subject_id: int) -> Subject | None:
    """The subject as ``user`` may see it, or None."""
    kind = _kinds.get(subject_type.lower())
    return kind.find(user, subject_id) if kind else None


def require(user: User, subject_type: str, subject_id: int) -> Subject:
    """Like ``find``, but raises InvalidInput at "subject"."""
    found = find(user, subject_type, subject_id)
    if found is None:
        raise InvalidInput({"subject": _("There is no such project, case or request.")})
    return found
