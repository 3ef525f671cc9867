"""The service team (服务小组) of a key project: who holds which office from when until when."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from deadlines.models import Clock
from projects.models.key import KeyProject
from projects.querysets_key import TeamQuerySet

USER = settings.AUTH_USER_MODEL


class Seat(models.TextChoices):
    """An office in the team; the first three have one holder at a time (三级领导负责制)."""

    LEADER = "leader", pgettext_lazy("seat", "Leader in charge")
    CHIEF = "chief", pgettext_lazy("seat", "Chief representative")
    SECRETARY = "secretary", pgettext_lazy("seat", "Service secretary")
    MEMBER = "member", pgettext_lazy("seat", "Member")


# Who answers when an office stands empty: the next one above, in the end the hall director.
OFFICES = (Seat.SECRETARY, Seat.CHIEF, Seat.LEADER)


class TeamMember(models.Model):
    """Somebody's place in a team. A hand-over ends one row and begins the next in the same moment."""

    key = models.ForeignKey(KeyProject, models.PROTECT, related_name="team", verbose_name=_("key project"))
    seat = models.CharField(_("office"), max_length=10, choices=Seat)
    user = models.ForeignKey(USER, models.PROTECT, related_name="team_seats", verbose_name=_("person"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department or sub-district")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    appointed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    # What the one before leaves to the successor, and when the successor has said to have it.
    note = models.TextField(_("hand-over note"), max_length=2000, blank=True)
    predecessor = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name=_("predecessor")
    )
    received_at = models.DateTimeField(_("hand-over received"), null=True, blank=True)
    left_because = models.CharField(_("reason for leaving"), max_length=300, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["key", "starts_at", "id"]
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="seat_ends_after"),
            models.UniqueConstraint(
                fields=["key", "user"], condition=Q(ends_at=None, seat="member"), name="member_of_a_team_once"
            ),
            ExclusionConstraint(
                name="one_holder_of_an_office",
                expressions=[
                    (F("key"), RangeOperators.EQUAL),
                    (F("seat"), RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), Value("[)"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(seat="member"),
            ),
        ]
        indexes = [models.Index(fields=["user"], condition=Q(ends_at=None), name="team_seat_of")]

    def __str__(self) -> str:
        return f"{self.get_seat_display()} · {self.user}"

    @property
    def waits_for_receipt(self) -> bool:
        """Took over and has not yet said so."""
        return self.ends_at is None and self.predecessor_id is not None and self.received_at is None


class Vacancy(models.Model):
    """An office that stands empty, with the director's clock; open until somebody holds the office."""

    key = models.ForeignKey(KeyProject, models.PROTECT, related_name="vacancies")
    seat = models.CharField(_("office"), max_length=10, choices=Seat)
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    since = models.DateTimeField(_("since"))
    filled_at = models.DateTimeField(_("filled"), null=True, blank=True)

    class Meta:
        verbose_name = _("vacancy")
        verbose_name_plural = _("vacancies")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "seat"], condition=Q(filled_at=None), name="one_open_vacancy_of_an_office"
            ),
        ]

    def __str__(self) -> str:
        return self.get_seat_display()
