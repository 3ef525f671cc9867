"""My work: what waits for an investor or agent, their firms, projects, drafts and notices, on one page."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Role, User
from approvals.models import Application, Case, Deferral
from approvals.special_ways import issued_with_an_earlier
from common.display import local_date
from enterprises.models import Enterprise
from notifications.models import Message
from projects.models import Project
from projects.sections import SECTIONS, state

SHOWN = 20
ENDED = Case.ENDED


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """A fixed number of statements, however many firms, projects and cases there are."""
    user = request.user
    assert isinstance(user, User)
    firms = list(Enterprise.objects.filter(pk__in=Enterprise.objects.ids_acted_for(user)))
    context = {
        "firms": firms,
        "is_agent": user.has_role(Role.AGENT),
        "to_do": to_do(user, [firm.pk for firm in firms]),
        "projects": [project_line(project) for project in declared_projects(user, firms)],
        "drafts": [draft_line(project) for project in draft_projects(user)],
        "applications": draft_applications(user),
        "notices": Message.objects.visible_to(user).unread().order_by("-id")[:5],
    }
    return render(request, "dashboards/mine.html", context)


def own_cases(firm_ids: list[int]) -> QuerySet[Case]:
    """Cases of the firms one acts for; staff see more elsewhere."""
    return Case.objects.filter(enterprise__in=firm_ids)


def to_do(user: User, firm_ids: list[int]) -> list[dict[str, Any]]:
    """What waits for this person, soonest first by kind: corrections, decisions to fetch or read, ratings."""
    waiting = (
        own_cases(firm_ids)
        .filter(
            Q(status=Case.Status.CORRECTING)
            | Q(status=Case.Status.ISSUED)
            | Q(status=Case.Status.DELIVERED, delivery__way="online", delivery__read_at=None)
            | Q(status=Case.Status.DELIVERED, rating=None)
        )
        .select_related("matter", "project", "delivery", "rating")
        .annotate(issued_with_another=issued_with_an_earlier())
        .order_by("-id")[:50]
    )
    lines = [line for case in waiting for line in _lines(case)]
    promised = Deferral.objects.filter(
        case__enterprise__in=firm_ids, status=Deferral.Status.OPEN, clock__isnull=False, handed_in_at=None
    )
    for row in promised.select_related("case__matter", "material__material").order_by("promised_on", "id"):
        assert row.material is not None
        title = _("Hand in “%(name)s” by %(date)s") % {
            "name": row.material.material.label, "date": local_date(row.promised_on),
        }  # fmt: skip
        url = reverse("approvals:case", args=[row.case.number]) + "#deferrals"
        lines.append(_line("calendar-clock", title, f"{row.case.matter.label} · {row.case.number}", url, 0))
    lines += [
        _line("users", _("People ask to join your enterprise"), name, reverse("enterprises:members", args=[pk]), 2)
        for pk, name in asked_to_join(user)
    ]
    return sorted(lines, key=lambda line: line["order"])


def asked_to_join(user: User) -> list[tuple[int, str]]:
    """Firms of which this person is the owner and to which somebody asks to be let in."""
    own = user.memberships.active().filter(role="owner", enterprise__memberships__status="pending")
    return list(own.values_list("enterprise", "enterprise__name").distinct())


def _lines(case: Case) -> list[dict[str, Any]]:
    detail = f"{case.matter.label} · {case.project.name}"
    if case.status == Case.Status.CORRECTING:
        url = reverse("approvals:correct", args=[case.number])
        return [_line("triangle-alert", _("Correct and hand in again"), detail, url, 0)]
    if case.status == Case.Status.ISSUED:
        url = reverse("approvals:case", args=[case.number])
        return [_line("stamp", _("Collect the decision at the window"), detail, url, 1)]
    lines = []
    delivery = getattr(case, "delivery", None)
    if delivery is not None and delivery.way == "online" and delivery.read_at is None:
        url = reverse("approvals:decision", args=[case.number])
        lines.append(_line("mail-open", _("Read the decision"), detail, url, 1))
    # Certificates issued as one are one service: one request to rate it.
    if not hasattr(case, "rating") and not case.issued_with_another:  # type: ignore[attr-defined]
        url = reverse("supervision:rate", args=[case.number])
        lines.append(_line("star", _("Rate the service"), detail, url, 3))
    return lines


def _line(icon: str, title: str, detail: str, url: str, order: int) -> dict[str, Any]:
    return {"icon": icon, "title": title, "detail": detail, "url": url, "order": order}


def declared_projects(user: User, firms: list[Enterprise]) -> QuerySet[Project]:
    """Newest first, each with its cases and their clocks."""
    cases = Case.objects.select_related("clock").order_by("id")
    return (
        Project.objects.filter(Q(enterprise__in=firms) | Q(created_by=user), status=Project.Status.DECLARED)
        .select_related("enterprise")
        .prefetch_related(Prefetch("cases", cases, to_attr="all_cases"))
        .order_by("-id")[:SHOWN]
    )


def project_line(project: Any) -> dict[str, Any]:
    """A project with its cases counted by light, and the running case that is due first."""
    running = [case for case in project.all_cases if case.status not in ENDED and case.clock and case.clock.is_open]
    lights = Counter(str(case.clock.light()) for case in running)
    first = min(running, key=lambda case: case.clock.due_at, default=None)
    return {
        "project": project,
        "total": len(project.all_cases),
        "delivered": sum(case.status == Case.Status.DELIVERED for case in project.all_cases),
        "lights": [(key, lights[key]) for key in ("red", "yellow", "green") if lights[key]],
        "first": first,
    }


def draft_projects(user: User) -> QuerySet[Project]:
    """Drafts to go on with; on any device."""
    firms = Enterprise.objects.ids_acted_for(user)
    return (
        Project.objects.filter(Q(enterprise__in=firms) | Q(created_by=user), status=Project.Status.DRAFT)
        .select_related("enterprise")
        .order_by("-saved_at")[:SHOWN]
    )


def draft_line(project: Project) -> dict[str, Any]:
    done = sum(state(project, section) == "done" for section in SECTIONS)
    return {"project": project, "done": done, "total": len(SECTIONS)}


def draft_applications(user: User) -> QuerySet[Application]:
    """Applications begun and not submitted."""
    firms = Enterprise.objects.ids_acted_for(user)
    return (
        Application.objects.filter(Q(enterprise__in=firms) | Q(created_by=user), status=Application.Status.DRAFT)
        .select_related("project", "enterprise")
        .order_by("-id")[:SHOWN]
    )
