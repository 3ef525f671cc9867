"""Writing the ledger: one row or many, always in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.actors import Actor
from common.time import now
from ledger.models import Entry

Subject = Model | tuple[str, int]


def subject_key(subject: Subject) -> tuple[str, int]:
    """``("app.model", id)`` of a row, or the pair itself."""
    if isinstance(subject, Model):
        return subject._meta.label_lower, int(subject.pk)
    label, subject_id = subject
    return label, int(subject_id)


@dataclass(frozen=True, slots=True)
class Record:
    """One act on one subject, not yet written. ``act`` is a dotted verb such as "case.accepted"."""

    subject: Subject
    act: str
    data: Mapping[str, Any] = field(default_factory=dict)


def record(
    *, actor: Actor, subject: Subject, act: str, data: Mapping[str, Any] | None = None, at: datetime | None = None
) -> Entry:
    """Write one act; ``at`` is the time of the act when it is not now."""
    return record_many(actor=actor, records=[Record(subject, act, data or {})], at=at)[0]


def record_many(*, actor: Actor, records: Sequence[Record], at: datetime | None = None) -> list[Entry]:
    """Write many acts of one person in one INSERT.

    Rows go in by subject, so that two writers of the same subjects queue instead of
    blocking each other; within a subject the given order stays. Position and hashes of the
    returned entries are set in the database only.
    """
    moment = at or now()
    keyed = sorted(((subject_key(one.subject), one) for one in records), key=lambda pair: pair[0])
    return Entry.objects.bulk_create(
        Entry(
            subject_type=label,
            subject_id=subject_id,
            actor_id=actor.user_id,
            on_behalf_of=actor.on_behalf_of,
            mandate_id=actor.mandate_id,
            act=one.act,
            at=moment,
            data=dict(one.data),
        )
        for (label, subject_id), one in keyed
    )
