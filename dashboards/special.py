"""How many cases are on special and short ways now: public notices, objections, later checks."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.models import LaterCheck, Objection, PublicNotice
from dashboards.scope import Scope

C = LaterCheck.Status


def stats(scope: Scope, at: Any) -> list[dict[str, Any]]:
    """For a stat row; three statements."""
    objections = Objection.objects.filter(status=Objection.Status.OPEN, notice__case__status="published")
    notices, checks = PublicNotice.objects.open_at(at), LaterCheck.objects.all()
    if scope.departments is not None:
        objections = objections.filter(notice__case__department__in=scope.departments)
        notices = notices.filter(case__department__in=scope.departments)
        checks = checks.filter(department__in=scope.departments)
    unsettled, late = Q(status__in=[C.OPEN, C.TO_RECTIFY]), Q(clock__finished_at=None, clock__due_at__lt=at)
    counted = checks.aggregate(
        open=Count("pk", unsettled),
        late=Count("pk", unsettled & late),
        passed=Count("pk", Q(status=C.PASSED)),
        failed=Count("pk", Q(status=C.FAILED)),
    )
    waiting = objections.count()
    link = reverse("approvals:later_checks")
    return [
        {"label": _("Public notices running"), "value": f"{notices.count():,}", "url": reverse("content:notices")},
        {"label": _("Objections to settle"), "value": f"{waiting:,}", "tone": "yellow" if waiting else "",
         "url": reverse("approvals:objections")},
        {"label": _("Later checks open"), "value": f"{counted['open']:,}", "url": link},
        {"label": _("Later checks overdue"), "value": f"{counted['late']:,}", "tone": "red" if counted["late"] else "",
         "url": f"{link}?light=red"},
        {"label": _("Later checks passed"), "value": f"{counted['passed']:,}", "url": f"{link}?tab=passed"},
        {"label": _("Later checks failed"), "value": f"{counted['failed']:,}", "url": f"{link}?tab=failed"},
    ]  # fmt: skip
