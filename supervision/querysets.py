from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, F, Value, When

from accounts.models import Role, User
from enterprises.models import Enterprise

if TYPE_CHECKING:
    from supervision.models import Rating  # noqa: F401  (in annotations as text)

BAD_FROM = 4


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: User | AnonymousUser) -> "RatingQuerySet":
        """The window, leaders and supervision see all; others those of the firms they act for."""
        if not isinstance(user, User):
            return self.none()
        if user.has_role(Role.CLERK, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR):
            return self
        return self.filter(case__enterprise__in=Enterprise.objects.ids_acted_for(user))

    def bad(self) -> "RatingQuerySet":
        return self.filter(grade__gte=BAD_FROM)

    def waiting_for_answer(self) -> "RatingQuerySet":
        return self.bad().filter(answered_at=None)

    def for_lists(self) -> "RatingQuerySet":
        """With what a row of a list shows, so that 50 rows cost what one costs."""
        return self.select_related("case__matter", "case__enterprise", "case__window", "clock", "rated_by")

    def waiting_first(self) -> "RatingQuerySet":
        """Bad ones without an answer on top by due date, then the newest."""
        waiting = Case(When(grade__gte=BAD_FROM, answered_at=None, then=Value(0)), default=Value(1))
        due = Case(When(answered_at=None, then=F("clock__due_at")))
        return self.annotate(in_line=waiting, answer_due=due).order_by(
            "in_line", F("answer_due").asc(nulls_last=True), "-id"
        )
