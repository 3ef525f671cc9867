"""Appointments: when a window is open for them, and who has one."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department

USER = settings.AUTH_USER_MODEL


class Opening(models.Model):
    """The slots of a window on one weekday: from–to, cut into pieces of ``minutes``, each for ``seats`` people."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="openings", limit_choices_to={"kind": "window"},
        verbose_name=_("window"),
    )  # fmt: skip
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("begins"))
    closes = models.TimeField(_("ends"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes of a slot"), default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    seats = models.PositiveSmallIntegerField(_("places in a slot"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["department", "weekday", "opens"]
        verbose_name = _("opening for appointments")
        verbose_name_plural = _("openings for appointments")
        constraints = [
            models.UniqueConstraint(fields=["department", "weekday", "opens"], name="opening_begins_once"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="opening_has_a_weekday"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 240), seats__gte=1), name="opening_has_slots"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        """Two openings of a window on one weekday do not overlap, and one slot at least fits in."""
        if not all((self.opens, self.closes, self.department_id)):
            return
        others = Opening.objects.filter(department=self.department_id, weekday=self.weekday).exclude(pk=self.pk)
        if others.filter(opens__lt=self.closes, closes__gt=self.opens).exists():
            raise ValidationError(_("This overlaps another opening of the window on this weekday."))
        if not self.slots(date(2000, 1, 3)):
            raise ValidationError({"minutes": _("Not one slot fits between these times.")})

    def slots(self, day: date) -> list[datetime]:
        """When each slot of ``day`` begins, in the hall's time zone."""
        length = timedelta(minutes=self.minutes or 0)
        at, end = _moment(day, self.opens), _moment(day, self.closes)
        found = []
        while length and at + length <= end:
            found.append(at)
            at += length
        return found


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


class Booking(models.Model):
    """Somebody's place in a slot. Written by ``reception.services.booking`` only."""

    class Status(models.TextChoices):
        BOOKED = "booked", pgettext_lazy("appointment", "Booked")
        ARRIVED = "arrived", pgettext_lazy("appointment", "Arrived")
        CANCELLED = "cancelled", pgettext_lazy("appointment", "Cancelled")

    department = models.ForeignKey(Department, models.PROTECT, related_name="bookings", verbose_name=_("window"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    day = models.DateField(_("day"))
    # Which of the slot's places: the database lets nobody have it twice.
    seat = models.PositiveSmallIntegerField(pgettext_lazy("appointment", "place"))
    status = models.CharField(_("status"), max_length=10, choices=Status)
    name = models.CharField(_("name"), max_length=60)
    phone = models.CharField(_("telephone"), max_length=30)
    matter = models.CharField(_("what for"), max_length=120, blank=True)
    user = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("account")
    )
    code = models.CharField(_("appointment code"), max_length=8, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "seat"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        indexes = [models.Index(fields=["phone", "day"], name="booking_phone_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "starts_at", "seat"],
                condition=~Q(status="cancelled"),
                name="one_booking_for_each_place",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(seat__gte=1), name="booking_place_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"
