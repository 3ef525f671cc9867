"""Which rows a person may see, and the filters that lists share."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Anyone, Role, User
from common.time import today
from projects.models import Project

if TYPE_CHECKING:
    from coordination.models import Decision, Deviation, GreenChannel, Instruction, Meeting  # noqa: F401

# They answer for all departments, so they see every instruction and every meeting.
LEADS = (Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR)
WORKS_IN_DEPARTMENT = (Role.REVIEWER, Role.APPROVER, Role.HEAD, Role.OFFICER, Role.CLERK)

INSTRUCTION_TABS = ("to_do", "open", "ended")
OPEN = ("given", "divided", "answered")


class InstructionQuerySet(models.QuerySet["Instruction"]):
    def visible_to(self, user: Anyone) -> "InstructionQuerySet":
        """Leaders, director and supervision all but others' drafts; a department those that it has a part of.

        Nobody outside the hall: a firm hears what comes of it from the window and its service secretary.
        """
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*LEADS):
            return self.filter(~Q(status="draft") | Q(leader=user))
        seen = Q(divider=user) & ~Q(status="draft")
        if departments := user.department_ids_as(*WORKS_IN_DEPARTMENT):
            parts = self.model._meta.get_field("parts").related_model._default_manager  # type: ignore[union-attr]
            seen |= Q(Exists(parts.filter(instruction=OuterRef("pk"), department__in=departments)))
        return self.filter(seen)

    def on(self, subject_type: str, subject_id: int) -> "InstructionQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def open(self) -> "InstructionQuerySet":
        return self.filter(status__in=OPEN)

    def waiting_for(self, user: User) -> "InstructionQuerySet":
        """Those whose next act is this person's: dividing, closing, or an answer of the own department."""
        parts = self.model._meta.get_field("parts").related_model._default_manager  # type: ignore[union-attr]
        mine = parts.filter(
            instruction=OuterRef("pk"), round=OuterRef("round"), answered_at=None, dropped=False,
            department__in=user.department_ids_as(*WORKS_IN_DEPARTMENT),
        )  # fmt: skip
        acts = Q(clock__handler=user, clock__finished_at=None) | Q(status="draft", leader=user)
        return self.filter(acts | (Q(status="divided") & Exists(mine)))

    def in_tab(self, tab: str, user: User) -> "InstructionQuerySet":
        """One of INSTRUCTION_TABS, in the order in which one works."""
        if tab == "to_do":
            return self.waiting_for(user).order_by("clock__due_at", "id")
        return self.open().order_by("-id") if tab == "open" else self.filter(status__in=["closed", "withdrawn"])


class DeviationQuerySet(models.QuerySet["Deviation"]):
    def in_force(self) -> "DeviationQuerySet":
        """By the day, so that one that is over is over with every worker dead."""
        return self.filter(ended_at=None, ends_on__gte=today())

    def visible_to(self, user: Anyone) -> "DeviationQuerySet":
        """Whoever sees the project: what is allowed beside the rule is no secret."""
        return self.filter(project__in=Project.objects.visible_to(user).values("pk"))


class GreenChannelQuerySet(models.QuerySet["GreenChannel"]):
    def in_force(self) -> "GreenChannelQuerySet":
        return self.filter(ended_at=None, ends_on__gte=today())

    def visible_to(self, user: Anyone) -> "GreenChannelQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user).values("pk"))


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: Anyone) -> "MeetingQuerySet":
        """Leaders, director, supervision and service officers all; others those they keep or are invited to,
        members of a firm those to which it is."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*LEADS, Role.OFFICER):
            return self
        invitations = self.model._meta.get_field("invitations").related_model._default_manager  # type: ignore[union-attr]
        firms = user.memberships.active().values("enterprise_id")
        invited = invitations.filter(Q(user=user) | Q(enterprise__in=firms), meeting=OuterRef("pk"))
        return self.filter(Q(chair=user) | Q(secretary=user) | Exists(invited))


class DecisionQuerySet(models.QuerySet["Decision"]):
    def open(self) -> "DecisionQuerySet":
        """Decided in signed minutes and not yet done, by the state of the task or problem that each became."""
        tasks, problems = Q(task__isnull=False), Q(problem__isnull=False)
        undone = tasks & ~Q(task__status__in=["closed", "withdrawn"])
        uncleared = problems & ~Q(problem__status__in=["closed", "withdrawn"])
        return self.filter(undone | uncleared, meeting__status="signed")
