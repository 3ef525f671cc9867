"""Rows that the engine needs: the general rungs and the first calendar revision.

Loaded after every migrate (and after the tests empty the tables), never over what an
administrator has changed.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.time import now
from deadlines.models import CalendarRevision, HallHours, Rung
from deadlines.published import fingerprint
from deadlines.redate import in_own_language
from deadlines.timetable import OFFICE_HOURS

RUNGS = (
    ("warn", Rung.Anchor.WARN, 0, Rung.Who.HANDLER),
    ("overdue", Rung.Anchor.DUE, 0, Rung.Who.HANDLER),
    ("escalate_head", Rung.Anchor.DUE, 1, Rung.Who.HEAD),
    ("escalate_director", Rung.Anchor.DUE, 3, Rung.Who.DIRECTOR),
    ("lawful_overdue", Rung.Anchor.LAWFUL, 0, Rung.Who.NOBODY),
    ("stop_overlong", Rung.Anchor.STOP, 0, Rung.Who.HANDLER),
    ("stop_escalate_head", Rung.Anchor.STOP, 3, Rung.Who.HEAD),
    ("stop_escalate_director", Rung.Anchor.STOP, 10, Rung.Who.DIRECTOR),
)


# Any window may look at a claim: there is no head of "any window", so lateness goes on to the director.
# A public notice ends by itself with its last day: nobody is to hasten it, so nobody is reminded or late.
NOT_FOR = (
    ("membership", "escalate_head"),
    *(("public_notice", code) for code in ("warn", "overdue", "escalate_head", "escalate_director", "lawful_overdue")),
    # A paper that follows later (容缺) is the applicant's duty: the firm is reminded, the window told.
    ("deferral", "warn"),
    ("deferral", "overdue"),
    ("deferral", "escalate_head"),
    ("deferral", "escalate_director"),
    # An empty office in a service team is the director's own duty; a problem goes to its next level by itself.
    ("team_vacancy", "escalate_head"),
    ("team_vacancy", "escalate_director"),
    ("problem", "escalate_head"),
)
OF_KIND = (
    ("deferral", "deferral_soon", Rung.Anchor.DUE, -5, Rung.Who.APPLICANT),
    ("deferral", "deferral_last", Rung.Anchor.DUE, -1, Rung.Who.APPLICANT),
    ("deferral", "deferral_window", Rung.Anchor.DUE, -1, Rung.Who.CLERK),
    ("deferral", "deferral_over", Rung.Anchor.DUE, 0, Rung.Who.APPLICANT),
    ("deferral", "deferral_window_over", Rung.Anchor.DUE, 0, Rung.Who.CLERK),
    ("team_vacancy", "escalate_leader", Rung.Anchor.DUE, 3, Rung.Who.LEADER),
)


def seed(**_signal: Any) -> None:
    """Add what is missing."""
    rows = [Rung(kind="", code=code, anchor=anchor, offset=offset, who=who) for code, anchor, offset, who in RUNGS]
    general = {row.code: row for row in rows}
    rows += [
        Rung(kind=kind, code=code, anchor=general[code].anchor, who=general[code].who, active=False)
        for kind, code in NOT_FOR
    ]
    rows += [
        Rung(kind=kind, code=code, anchor=anchor, offset=offset, who=who) for kind, code, anchor, offset, who in OF_KIND
    ]
    Rung.objects.bulk_create(rows, ignore_conflicts=True)
    if not CalendarRevision.objects.exists():
        CalendarRevision.objects.create(
            made_at=now(), reason=in_own_language(_("first calendar")), fingerprint=fingerprint()
        )


def seed_hours(**_signal: Any) -> None:
    """Office hours where no hours have been entered yet."""
    if not HallHours.objects.exists():
        HallHours.objects.bulk_create(
            HallHours(weekday=weekday, opens=opens, closes=closes)
            for weekday, periods in OFFICE_HOURS.periods.items()
            for opens, closes in periods
        )
