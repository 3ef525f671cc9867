"""Which rows a person may see, and the filters that lists share."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import Anyone, Role, User
from office import sources

if TYPE_CHECKING:
    from office.models import Task  # noqa: F401

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
        rows = self
        for word in text.split()[:6]:
            rows = rows.filter(
                Q(title__icontains=word)
                | Q(text__icontains=word)
                | Q(subject_title__icontains=word)
                | Q(source_title__icontains=word)
            )
        return rows

    def for_lists(self) -> "TaskQuerySet":
        return self.select_related("department", "handler", "assigned_by", "clock", "check_clock")


def self_check_q(user: User) -> Q:
    """Condition "the post that looks at the answer is this person's, and nobody else has that duty"."""
    condition = Q(pk__in=[])
    for post in user.current_posts:
        condition |= Q(checker=None, checker_role=post.role, checker_department=post.department_id)
    return condition
