"""Counting open clocks again when the calendar has changed.

Every clock carries the calendar version that it was counted with. Whatever is older than the
newest version is counted again: right after a change, and by every sweep, which so also catches
clocks armed meanwhile by a process that had not yet noticed.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common.display import Text
from common.time import now
from deadlines import calendars, recount
from deadlines.models import CalendarRevision, Clock
from deadlines.people import duties_by_person
from deadlines.published import fingerprint
from deadlines.recount import Change
from deadlines.rungs import Ladders, ladders
from deadlines.workdays import Calendar
from notifications.services import Notice, notify_many

BATCH = 5000
TEMPLATES: dict[str, Callable[[Change], bool]] = {
    "calendar.redated": lambda change: change.moved,
    "calendar.provisional": lambda change: change.flipped and change.news.provisional,
    "calendar.certain": lambda change: change.flipped and not change.news.provisional,
}


@dataclass(slots=True)
class _Tally:
    counted: int = 0
    moved: int = 0
    # How many duties of each person, by what the message about them says.
    people: dict[str, Counter[int]] = field(default_factory=lambda: {template: Counter() for template in TEMPLATES})


def in_own_language(text: Text) -> str:
    """Words of the hall itself that are kept with a change: in the language of the hall, not of the reader."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(text)


def newest() -> tuple[int, str]:
    """Version of the calendar and the reason of its last change; notices a newer package by itself."""
    row = CalendarRevision.objects.order_by("-id").values_list("id", "fingerprint", "reason").first()
    if row is None:
        return 0, ""
    version, seen, reason = row
    if seen != fingerprint():
        reason = in_own_language(_("published schedules changed"))
        version = revise(reason=reason, user_id=None)
    return version, reason


def revise(*, reason: str, user_id: int | None) -> int:
    """Give the calendar a new version; the caller has changed it in the same transaction."""
    revision = CalendarRevision.objects.create(
        made_at=now(), made_by_id=user_id, reason=reason[:200], fingerprint=fingerprint()
    )
    return revision.pk


def waiting() -> int:
    """How many open clocks are still counted with an older calendar."""
    version, _reason = newest()
    return Clock.objects.open().filter(calendar_version__lt=version).count()


def catch_up(
    *, batches: int | None = None, user_id: int | None = None, progress: Callable[[int], None] | None = None
) -> int:
    """Count again what is older than the calendar, in batches of 5,000; says how many dates moved.

    Each moved clock gets a ledger entry, each handler one message with the number of duties, and
    one where dates become provisional or certain. ``CalendarRevision.moved`` keeps the sum.
    Clocks that somebody is writing to at this moment are left to the next sweep. ``progress`` is
    called after each batch with the number of clocks counted so far.
    """
    version, reason = newest()
    stale = Clock.objects.open().filter(calendar_version__lt=version)
    if not stale.exists():
        return 0
    calendar, steps, tally = calendars.load(), ladders(), _Tally()
    while batches is None or batches > 0:
        before = tally.counted
        with transaction.atomic():
            _redate_batch(calendar, steps, reason, user_id, tally)
        if tally.counted == before:
            break
        if progress:
            progress(tally.counted)
        batches = None if batches is None else batches - 1
    notify_many(
        [
            Notice([person], template, {"count": count, "reason": reason}, "", f"{key}:{version}")
            for template, people in tally.people.items()
            for key in [template.removeprefix("calendar.")]
            for person, count in sorted(people.items())
        ]
    )
    return tally.moved


def _redate_batch(calendar: Calendar, steps: Ladders, reason: str, user_id: int | None, tally: _Tally) -> None:
    clocks = list(
        Clock.objects.open()
        .filter(calendar_version__lt=calendar.version)
        .select_for_update(skip_locked=True)
        .order_by("calendar_version")[:BATCH]
    )
    if not clocks:
        return
    found = recount.changes(clocks, steps, calendar)
    recount.apply(found, calendar=calendar, reason=reason, user_id=user_id)
    moved = sum(change.moved for change in found)
    tally.counted += len(clocks)
    tally.moved += moved
    for template, concerns in TEMPLATES.items():
        tally.people[template] += duties_by_person(change.clock for change in found if concerns(change))
    if moved:
        # Last in the batch: whoever waits for this row holds nothing that we still want.
        CalendarRevision.objects.filter(pk=calendar.version).update(moved=F("moved") + moved)
