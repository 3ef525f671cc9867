"""Which rows a person may see, and the filters that lists share."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Anyone, Role, User
from common.time import today
from office import sources
from office.words import having

if TYPE_CHECKING:
    from office.models import Paper, PaperHandover, Receipt, StaffNotice, Task  # noqa: F401

# They answer for the whole hall.
SEES_ALL_TASKS = (Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR)


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: Anyone) -> "TaskQuerySet":
        """Given, held or to be looked at by this person, of the own departments, and what was given together with it.

        Leaders, director and supervision see all; an app that owns sources may add theirs.
        """
        if not isinstance(user, User) or not user.is_active or not user.is_hall_staff:
            return self.none()
        if user.has_role(*SEES_ALL_TASKS):
            return self
        own = self.model.objects.filter(self.own_q(user))
        together = Q(batch__in=own.values("batch"))
        return self.filter(together | sources.visible_q(user))

    @staticmethod
    def own_q(user: User) -> Q:
        """Condition "this person's or their departments'"."""
        departments = [post.department_id for post in user.current_posts]
        return (
            Q(handler=user) | Q(assigned_by=user) | Q(checker=user) | Q(department__in=departments) | self_check_q(user)
        )

    def working(self) -> "TaskQuerySet":
        """Somebody still has to answer."""
        return self.filter(status__in=self.model.WORKING)

    def open(self) -> "TaskQuerySet":
        return self.filter(status__in=self.model.OPEN)

    def of_source(self, label: str, source_id: int) -> "TaskQuerySet":
        """The tasks that come from one instruction, one decision of a meeting …"""
        return self.filter(source_type=label, source_id=source_id)

    def of_subject(self, label: str, subject_id: int) -> "TaskQuerySet":
        return self.filter(subject_type=label, subject_id=subject_id)

    def with_words(self, text: str) -> "TaskQuerySet":
        """Every word somewhere in the title, the text, what it is about or comes from."""
        return self.filter(having(text))

    def for_lists(self) -> "TaskQuerySet":
        return self.select_related("department", "handler", "assigned_by", "clock", "check_clock")


def self_check_q(user: User) -> Q:
    """Condition "the post that looks at the answer is this person's, and nobody else has that duty"."""
    condition = Q(pk__in=[])
    for post in user.current_posts:
        condition |= Q(checker=None, checker_role=post.role, checker_department=post.department_id)
    return condition


def staff_of(user: Anyone) -> list[int] | None:
    """The departments of somebody of the hall; None for everybody else."""
    if not isinstance(user, User) or not user.is_active or not user.is_hall_staff:
        return None
    return [post.department_id for post in user.current_posts]


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: Anyone) -> "PaperQuerySet":
        """Papers that lie in the own departments or have passed through them; leaders and supervision see all."""
        departments = staff_of(user)
        if departments is None:
            return self.none()
        if isinstance(user, User) and user.has_role(*SEES_ALL_TASKS):
            return self
        ways = Q(handover__to_department__in=departments) | Q(handover__from_department__in=departments)
        lines = self.model._meta.get_field("lines").related_model.objects.filter(ways, paper=OuterRef("pk"))
        return self.filter(Q(department__in=departments) | Exists(lines))

    def of_subject(self, label: str, subject_id: int) -> "PaperQuerySet":
        return self.filter(subject_type=label, subject_id=subject_id)

    def in_hand_of(self, department_ids: list[int]) -> "PaperQuerySet":
        """What a department can hand over now."""
        return self.filter(state="held", department__in=department_ids)


class PaperHandoverQuerySet(models.QuerySet["PaperHandover"]):
    def visible_to(self, user: Anyone) -> "PaperHandoverQuerySet":
        """Both sides see it, and who answers for the whole hall."""
        departments = staff_of(user)
        if departments is None:
            return self.none()
        if isinstance(user, User) and user.has_role(*SEES_ALL_TASKS):
            return self
        return self.filter(Q(from_department__in=departments) | Q(to_department__in=departments) | Q(sent_by=user))

    def with_words(self, text: str) -> "PaperHandoverQuerySet":
        return self.filter(having(text))

    def for_lists(self) -> "PaperHandoverQuerySet":
        return self.select_related("from_department", "to_department", "sent_by", "clock", "back_clock")


class StaffNoticeQuerySet(models.QuerySet["StaffNotice"]):
    def visible_to(self, user: Anyone) -> "StaffNoticeQuerySet":
        """Those whom it was written to, its writer, and who answers for the whole hall."""
        if staff_of(user) is None or not isinstance(user, User):
            return self.none()
        if user.has_role(*SEES_ALL_TASKS):
            return self
        return self.filter(Q(published_by=user) | Q(pk__in=user.notice_receipts.values("notice")))

    def with_words(self, text: str) -> "StaffNoticeQuerySet":
        return self.filter(having(text))


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def unread(self) -> "ReceiptQuerySet":
        """Of notices in force, those whose newest version is not confirmed."""
        return self.filter(notice__status="published", read_version__lt=F("notice__version"))

    def not_reminded_today(self) -> "ReceiptQuerySet":
        return self.filter(Q(reminded_on=None) | Q(reminded_on__lt=today()))
