"""What anybody with number and query code may know of a case: where it stands, nothing about people."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from approvals.held import held_sentences
from approvals.models import Case, LaterCheck
from approvals.standing import standing_of
from common.display import local_date
from common.time import now
from deadlines.lights import Light
from deadlines.models import Clock

# Compared with when there is no such case, so that a wrong number takes as long as a wrong code.
NO_CODE = "0" * 8

FIELDS = (
    "number", "query_code", "status", "received_at", "clock", "matter__code", "matter__name", "matter__name_en",
    "matter__stage", "department__name", "department__name_en",
)  # fmt: skip

NEXT: dict[str, Any] = {
    Case.Status.WAITING: _("The case waits for the certificate of another matter and is received by itself then."),
    Case.Status.PUBLISHED: _("The case is on public notice; the days of the notice must pass first."),
    Case.Status.TERMINATED: _("The case was terminated. The applicant has the reasons in writing."),
    Case.Status.RECEIVED: _("The window checks whether everything is there."),
    Case.Status.CORRECTING: _("The applicant has been told what to correct and can hand it in now."),
    Case.Status.NOT_ACCEPTED: _("The application was not accepted. The applicant has the reasons in writing."),
    Case.Status.ACCEPTED: _("The window hands the case to the department."),
    Case.Status.REVIEWING: _("The department examines the case and decides."),
    Case.Status.DECIDED: _("The window issues the decision."),
    Case.Status.ISSUED: _("The decision lies ready at the window. Bring the receipt and an identity card."),
    Case.Status.DELIVERED: _("The decision was delivered. Nothing more is to be done."),
    Case.Status.WITHDRAWN: _("The applicant withdrew the case."),
}

REVOKED = _("The decision was revoked after a later check. The applicant has the reasons in writing.")


@dataclass(frozen=True, slots=True)
class PublicCase:
    """The public face of a case. Whatever is not a field here is not public."""

    number: str
    matter: str
    matter_code: str
    stage: str
    department: str
    status: str
    status_text: str
    light: str
    due_on: date | None
    provisional: bool
    days_left: int | None
    unit: str
    received_on: date
    next_step: str
    # A special procedure that goes on: grounds, since when, planned until when; "" and None while the limit runs.
    special: str
    stopped_on: date | None
    resumes_on: date | None
    # What an extension added, in ``unit``, and why; 0 and "" without one.
    extended: int
    extension_reason: str
    at: datetime

    @property
    def due_text(self) -> str:
        return local_date(self.due_on) if self.due_on else ""

    @property
    def unit_text(self) -> str:
        return str(Clock.Unit(self.unit).label)


def tidy(text: str) -> str:
    """Number or code as people type it: without blanks, in capitals, full-width forms made narrow."""
    narrow = "".join(chr(ord(char) - 0xFEE0) if "\uff01" <= char <= "\uff5e" else char for char in text)
    return "".join(narrow.split()).upper()


def find(number: str, code: str) -> PublicCase | None:
    """The case with this number if ``code`` is its query code, else None; takes as long either way."""
    cases = Case.objects.select_related("matter", "department", "clock").only(*FIELDS)
    case = cases.filter(number=tidy(number)[:24]).first()
    right = hmac.compare_digest(tidy(code).encode(), (case.query_code if case else NO_CODE).encode())
    return _public(case) if case is not None and right else None


def _public(case: Case) -> PublicCase:
    moment = now()
    clock = case.clock if case.clock and case.clock.is_open else None
    standing = standing_of(case)
    granted = standing.granted if clock and clock.extended else None
    return PublicCase(
        number=case.number,
        matter=case.matter.label,
        matter_code=case.matter.code,
        stage=case.matter.get_stage_display(),
        department=case.department.label,
        status=case.status,
        status_text=case.get_status_display(),
        light=_light(case, moment),
        due_on=_day(clock.due_at) if clock else None,
        provisional=bool(clock and clock.provisional),
        days_left=_days_left(clock, moment) if clock else None,
        unit=str(clock.unit) if clock else "workday",
        received_on=timezone.localtime(case.received_at).date(),
        next_step=_next_step(case),
        special=standing.grounds,
        stopped_on=_day(standing.since),
        resumes_on=_day(standing.until),
        extended=granted.amount if granted else 0,
        extension_reason=granted.reason if granted else "",
        at=moment,
    )


def _next_step(case: Case) -> str:
    if _is_revoked(case):
        return str(REVOKED)
    return held_sentences([case]).get(case.pk) or str(NEXT[case.status])


def _is_revoked(case: Case) -> bool:
    return LaterCheck.objects.filter(case=case, status=LaterCheck.Status.FAILED).exists()


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _days_left(clock: Clock, moment: datetime) -> int | None:
    """None on a day off right after the due day: overdue, yet by no working day so far."""
    days = clock.days_left(moment)
    return None if days >= 0 and clock.light(moment) == Light.RED else days


def _light(case: Case, moment: datetime) -> str:
    if case.clock is None or case.clock.outcome == "cancelled":
        return "none"
    if case.clock.is_open:
        return str(case.clock.light(moment))
    return "late" if case.clock.breached_at else "done"
