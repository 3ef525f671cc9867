"""What has changed the limit of a case: special procedures and extensions. Reads only, two statements a case."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import Role, User
from approvals.labels import CASE_LABEL
from approvals.models import Case
from deadlines.models import Extension, Stop
from ledger.models import Entry
from ledger.selectors import timeline

Status = Extension.Status


@dataclass(frozen=True, slots=True)
class Standing:
    """Stops of a case's clocks in the order in which they were entered, requests for extension newest first."""

    stops: list[Stop]
    extensions: list[Extension]

    @property
    def running(self) -> list[Stop]:
        """Special procedures that go on now: steps side by side may each have one."""
        return [stop for stop in self.stops if stop.is_open]

    @property
    def granted(self) -> Extension | None:
        """The extension that counts."""
        return next((one for one in self.extensions if one.status == Status.APPROVED), None)

    @property
    def waiting(self) -> Extension | None:
        """The request that somebody must decide on."""
        return next((one for one in self.extensions if one.status == Status.ASKED), None)

    @property
    def latest(self) -> Extension | None:
        return self.extensions[0] if self.extensions else None

    def running_on(self, clock_id: object) -> Stop | None:
        """The stop of this very clock that goes on."""
        return next((stop for stop in self.running if stop.clock_id == clock_id), None)

    @property
    def since(self) -> datetime | None:
        return min((stop.starts_at for stop in self.running), default=None)

    @property
    def until(self) -> datetime | None:
        """When the last of those that go on is planned to end."""
        return max((stop.planned_until for stop in self.running), default=None)

    @property
    def grounds(self) -> str:
        """Grounds of those that go on, each named once."""
        return _(", ").join(dict.fromkeys(str(stop.get_ground_display()) for stop in self.running))


def standing_of(case: Case) -> Standing:
    """Everything on the clocks of the case and of its steps."""
    mine = {"clock__subject_type": CASE_LABEL, "clock__subject_id": case.pk}
    return Standing(
        list(Stop.objects.filter(**mine).select_related("clock").order_by("id")),
        list(Extension.objects.filter(**mine).select_related("clock", "asked_by", "decided_by")),
    )


def requests_to_decide(user: User) -> list[Extension]:
    """Requests that wait for this head's decision, the most urgent limit first; one statement."""
    departments = user.department_ids_as(Role.HEAD)
    if not departments:
        return []
    waiting = Extension.objects.filter(
        status=Status.ASKED,
        clock__extension_rank=Role.HEAD,
        clock__department__in=departments,
        clock__subject_type=CASE_LABEL,
    )
    return list(waiting.exclude(asked_by=user).select_related("clock").order_by("clock__due_at", "id"))


def extension_of(case: Case, pk: int) -> Extension:
    """The request with this id, when it is one of this case; else Http404."""
    mine = {"clock__subject_type": CASE_LABEL, "clock__subject_id": case.pk}
    return get_object_or_404(Extension.objects.filter(**mine).select_related("clock"), pk=pk)


def staff_entries(case: Case) -> QuerySet[Entry]:
    """The timeline for staff, newest first.

    A stop is on record itself; that the engine counted the clocks around it again is left out. What
    moves dates for a reason of its own, as a change of the calendar, has the reason with it.
    """
    return timeline(case).exclude(act="clock.redated", data__reason="").order_by("-seq")
