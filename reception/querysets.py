"""Which inquiries a person may see, and how lists are narrowed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from accounts.models import Anyone, Role, User
from common.time import today
from enterprises.models import Enterprise

if TYPE_CHECKING:
    from reception.models import Inquiry, InquiryHandover, Ticket  # noqa: F401

SEES_ALL = (Role.DIRECTOR, Role.SUPERVISOR)


def sees_all(user: Anyone) -> bool:
    """The director, supervision and superusers look at every department."""
    return user.is_authenticated and (user.is_superuser or user.has_role(*SEES_ALL))


def received_q(user: User, prefix: str = "") -> Q:
    """Condition "handed over to this person, by name or through a post in the department"."""
    departments = [post.department_id for post in user.current_posts]
    return Q(**{f"{prefix}to_user": user}) | Q(**{f"{prefix}to_user": None, f"{prefix}department__in": departments})


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, user: Anyone) -> "InquiryQuerySet":
        """Staff: what they own, had first, recorded or are asked to take over, and all of their departments;
        director and supervision all. Others: what they asked, and what was asked for firms they act for.
        """
        if not user.is_authenticated:
            return self.none()
        if sees_all(user):
            return self
        if not user.is_hall_staff:
            return self.asked_by(user)
        own = Q(owner=user) | Q(first_owner=user) | Q(recorded_by=user) | Q(asked_by=user)
        departments = Q(department__in=[post.department_id for post in user.current_posts])
        return self.filter(own | departments | Q(Exists(self._handed_to(user))))

    def asked_by(self, user: User) -> "InquiryQuerySet":
        """Asked from this account, or for a firm that the person acts for."""
        return self.filter(Q(asked_by=user) | Q(enterprise__in=Enterprise.objects.ids_acted_for(user)))

    def open(self) -> "InquiryQuerySet":
        return self.filter(status="open")

    def owned_by(self, user: User) -> "InquiryQuerySet":
        """One's own, and those that nobody by name has but one's post."""
        condition = Q(owner=user)
        for post in user.current_posts:
            condition |= Q(owner=None, department=post.department_id, role=post.role)
        return self.filter(condition)

    def to_take_over(self, user: User) -> "InquiryQuerySet":
        """Those that wait for this person to accept them."""
        return self.filter(Exists(self._handed_to(user)))

    def of_departments_of(self, user: User) -> "InquiryQuerySet":
        return self.filter(department__in=[post.department_id for post in user.current_posts])

    def matching(self, text: str) -> "InquiryQuerySet":
        """Number from its beginning, telephone or any words of who asks, subject and question."""
        text = text.strip()
        if not text:
            return self
        return self.filter(
            Q(number__istartswith=text)
            | Q(asker_phone__contains=text)
            | Q(asker_name__icontains=text)
            | Q(subject__icontains=text)
            | Q(text__icontains=text)
            | Q(enterprise__name__icontains=text)
        )

    def for_lists(self) -> "InquiryQuerySet":
        return self.select_related("owner", "department", "clock", "enterprise")

    def by_duty(self) -> "InquiryQuerySet":
        """Open ones by due date, then answered ones, then closed ones with the newest first."""
        place = Case(When(status="open", then=Value(0)), When(status="answered", then=Value(1)), default=Value(2))
        due = Case(When(status="open", then=F("clock__due_at")))
        return self.annotate(place=place, answer_due=due).order_by("place", F("answer_due").asc(nulls_last=True), "-id")

    @staticmethod
    def _handed_to(user: User) -> models.QuerySet:
        from reception.models import InquiryHandover  # noqa: PLC0415  (the models need these querysets)

        return InquiryHandover.objects.filter(received_q(user), inquiry=OuterRef("pk"), status="pending")


class HandoverQuerySet(models.QuerySet["InquiryHandover"]):
    def pending(self) -> "HandoverQuerySet":
        return self.filter(status="pending")

    def received_by(self, user: User) -> "HandoverQuerySet":
        """Asked of this person by name, or of a department in which he holds a post."""
        return self.filter(received_q(user))


class TicketQuerySet(models.QuerySet["Ticket"]):
    def of_today(self) -> "TicketQuerySet":
        return self.filter(day=today())

    def waiting(self) -> "TicketQuerySet":
        """Of today: who has not been called, or was skipped."""
        return self.of_today().filter(status="waiting")

    def in_turn(self, at: datetime) -> "TicketQuerySet":
        """Appointments whose time has come first, then by place in line."""
        first = Case(When(first_from__lte=at, then=Value(0)), default=Value(1))
        begins = Case(When(first_from__lte=at, then=F("first_from")))
        return self.annotate(turn=first, begins=begins).order_by(
            "turn", F("begins").asc(nulls_last=True), "in_line_at", "id"
        )
