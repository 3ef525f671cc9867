"""Which applications, cases and steps a person may see, and the filters lists share."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Anyone, Role
from approvals import stages
from approvals.readers import readers_q
from enterprises.models import Enterprise

if TYPE_CHECKING:
    from approvals.models import (  # noqa: F401
        Application,
        Case,
        DeferralBar,
        JointHandling,
        LaterCheck,
        MaterialFile,
        Matter,
        Objection,
        PublicNotice,
        ReviewSession,
        Step,
        Theme,
    )

SEES_ALL_CASES = (Role.CLERK, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR)
WORKS_IN_DEPARTMENT = (Role.REVIEWER, Role.APPROVER, Role.HEAD)


class MatterQuerySet(models.QuerySet["Matter"]):
    def offered(self) -> "MatterQuerySet":
        """Those that one can apply for now."""
        return self.filter(is_active=True, current__isnull=False)


class ThemeQuerySet(models.QuerySet["Theme"]):
    def offered(self) -> "ThemeQuerySet":
        """Those by which one can apply now."""
        return self.filter(is_active=True, current__isnull=False)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: Anyone) -> "ApplicationQuerySet":
        """Those of the firms one acts for; window and leaders see submitted ones, a clerk also own walk-in drafts."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*SEES_ALL_CASES):
            return self.filter(Q(status="submitted") | Q(created_by=user))
        return self.filter(enterprise__in=Enterprise.objects.ids_acted_for(user))


class MaterialFileQuerySet(models.QuerySet["MaterialFile"]):
    def current(self) -> "MaterialFileQuerySet":
        """Those that count. An infected file never does, even one handed in while the check went on."""
        return self.filter(is_current=True).exclude(file__scan_state="infected")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: Anyone) -> "CaseQuerySet":
        """Window, leaders and supervision see all; a department the cases that reached it; others their firms'.

        A head sees besides what he answers for before it reaches a desk of his: escalations lead there.
        """
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*SEES_ALL_CASES):
            return self
        seen = Q(enterprise__in=Enterprise.objects.ids_acted_for(user)) | readers_q(user)
        departments = user.department_ids_as(*WORKS_IN_DEPARTMENT)
        if departments:
            seen |= Q(pk__in=self.model._default_manager.reached(departments).values("pk"))
        if led := stages.led_by(user):
            # The lead department of a stage keeps the whole of it together (国办发〔2019〕11号).
            seen |= Q(matter__stage__in=led, handed_over_at__isnull=False)
        if headed := user.department_ids_as(Role.HEAD):
            seen |= Q(window__in=headed) | Q(department__in=headed, accepted_at__isnull=False)
        return self.filter(seen)

    def reached(self, departments: Iterable[int]) -> "CaseQuerySet":
        """Those with a step in one of ``departments``, once the window has handed them over: not before
        does a department have anything to do with a case."""
        return self.filter(handed_over_at__isnull=False, steps__department__in=departments)

    def unfinished(self) -> "CaseQuerySet":
        return self.exclude(status__in=self.model.ENDED)

    def certified(self) -> "CaseQuerySet":
        """Granted, with nothing left that holds the certificate back (容缺), and not revoked for a broken promise."""
        gaps = self.model._meta.get_field("deferrals").related_model._default_manager  # type: ignore[union-attr]
        spoilt = gaps.filter(Q(status="open", hold=True) | Q(status="failed"), case=OuterRef("pk"))
        granted = self.filter(~Exists(spoilt), decision="granted", status__in=["decided", "issued", "delivered"])
        return granted.not_revoked()

    def not_revoked(self) -> "CaseQuerySet":
        """Without those whose certificate a later check has taken back (告知承诺)."""
        return self.exclude(later_check__status="failed")

    def alive(self) -> "CaseQuerySet":
        """Those that stand in the way of applying for their matter again: under way, or granted and still valid."""
        gaps = self.model._meta.get_field("deferrals").related_model._default_manager  # type: ignore[union-attr]
        broken = Exists(gaps.filter(status="failed", case=OuterRef("pk")))
        return (
            self.exclude(status__in=self.model.CAME_TO_NOTHING)
            .exclude(decision="refused")
            .filter(~broken)
            .not_revoked()
        )

    def for_lists(self) -> "CaseQuerySet":
        """With what a row of a list shows, so that 50 rows cost what one costs."""
        return self.select_related("matter", "department", "enterprise", "project", "clock")


class JointQuerySet(models.QuerySet["JointHandling"]):
    def visible_to(self, user: Anyone) -> "JointQuerySet":
        """Window, leaders, supervision and administrators see all; a department those that concern it; no firm any.

        A department is concerned when it leads, or has a step in one of the cases.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser or user.has_role(*SEES_ALL_CASES, Role.ADMINISTRATOR):
            return self
        departments = user.department_ids_as(*WORKS_IN_DEPARTMENT)
        if not departments:
            return self.none()
        concerned = self.model._default_manager.filter(cases__steps__department__in=departments)
        return self.filter(Q(department__in=departments) | Q(pk__in=concerned.values("pk")))

    def for_pages(self) -> "JointQuerySet":
        return self.select_related(
            "application__project", "application__enterprise", "department", "clock", "started_by"
        )


class SessionQuerySet(models.QuerySet["ReviewSession"]):
    def visible_to(self, user: Anyone) -> "SessionQuerySet":
        """Window, leaders and supervision see all; departments those they lead or speak in; no firm any."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*SEES_ALL_CASES):
            return self
        departments = user.department_ids_as(*WORKS_IN_DEPARTMENT)
        asked = self.model._default_manager.filter(opinions__department__in=departments).values("pk")
        return self.filter(Q(department__in=departments) | Q(pk__in=asked))


class StepQuerySet(models.QuerySet["Step"]):
    def visible_to(self, user: Anyone) -> "StepQuerySet":
        """Steps of the departments in which one reviews, approves or heads; leaders and supervision see all."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*SEES_ALL_CASES):
            return self
        return self.filter(department__in=user.department_ids_as(*WORKS_IN_DEPARTMENT)).exclude(
            case__handed_over_at=None
        )

    def to_do(self) -> "StepQuerySet":
        return self.filter(status__in=["open", "proposed"])

    def for_lists(self) -> "StepQuerySet":
        return self.select_related(
            "case__matter", "case__enterprise", "case__project", "department", "clock", "handler"
        )


class PublicNoticeQuerySet(models.QuerySet["PublicNotice"]):
    """Notices are public as they are: no ``visible_to``. Nothing of an objection but its number is."""

    def open_at(self, at: datetime) -> "PublicNoticeQuerySet":
        return self.filter(closed_at=None, clock__lawful_due_at__gte=at)

    def closed_at_moment(self, at: datetime) -> "PublicNoticeQuerySet":
        return self.filter(Q(closed_at__isnull=False) | Q(clock__lawful_due_at__lt=at))

    def for_lists(self) -> "PublicNoticeQuerySet":
        return self.select_related("case__matter", "case__enterprise", "case__department", "clock").annotate(
            objection_count=models.Count("objections")
        )


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: Anyone) -> "ObjectionQuerySet":
        """Window, leaders and supervision see all; a department those against its own matters; nobody else any:
        they name people who trusted the hall with their telephone."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*SEES_ALL_CASES):
            return self
        return self.filter(notice__case__department__in=user.department_ids_as(*WORKS_IN_DEPARTMENT))

    def for_lists(self) -> "ObjectionQuerySet":
        return self.select_related(
            "notice__case__matter", "notice__case__enterprise", "notice__case__department", "clock", "settled_by"
        )


class LaterCheckQuerySet(models.QuerySet["LaterCheck"]):
    def visible_to(self, user: Anyone) -> "LaterCheckQuerySet":
        """Window, leaders and supervision see all, a department its own."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*SEES_ALL_CASES):
            return self
        return self.filter(department__in=user.department_ids_as(*WORKS_IN_DEPARTMENT))

    def for_lists(self) -> "LaterCheckQuerySet":
        return self.select_related("case__matter", "case__enterprise", "case__project", "department", "clock")


class DeferralBarQuerySet(models.QuerySet["DeferralBar"]):
    def visible_to(self, user: Anyone) -> "DeferralBarQuerySet":
        """Those who lead, supervise, work at the window or look after the hall see all; a firm its own."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser or user.has_role(*SEES_ALL_CASES, Role.HEAD, Role.ADMINISTRATOR):
            return self.for_pages()
        return self.for_pages().filter(enterprise__in=Enterprise.objects.ids_acted_for(user))

    def for_pages(self) -> "DeferralBarQuerySet":
        return self.select_related("enterprise", "case__matter", "case__window", "lifted_by")

    def found(self, words: str, show: str) -> "DeferralBarQuerySet":
        """By firm or case, in force unless ``show`` is "lifted" or "all"; the newest first."""
        rows = self
        if show != "all":
            rows = rows.filter(lifted_at__isnull=show != "lifted")
        if words := words.strip():
            rows = rows.filter(
                Q(enterprise__name__icontains=words)
                | Q(enterprise__credit_code__istartswith=words)
                | Q(case__number__istartswith=words)
            )
        return rows.order_by("-id")
