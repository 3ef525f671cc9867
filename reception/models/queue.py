"""The queue of a day: numbers, counters, who is called where. A new day begins at nothing by its date."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from reception.models.appointment import Booking
from reception.querysets import TicketQuerySet

USER = settings.AUTH_USER_MODEL


class Queue(models.Model):
    """How a window is queued for: the letter of its numbers, and minutes for each until the day shows its own."""

    department = models.OneToOneField(
        Department, models.PROTECT, related_name="queue", limit_choices_to={"kind": "window"}, verbose_name=_("window")
    )
    letter = models.CharField(_("letter"), max_length=1, unique=True)
    minutes_each = models.PositiveSmallIntegerField(_("minutes for each"), default=8)

    class Meta:
        ordering = ["letter"]
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        constraints = [
            models.CheckConstraint(condition=Q(letter__regex=r"^[A-Z]$"), name="queue_letter_is_a_letter"),
            models.CheckConstraint(condition=Q(minutes_each__gte=1), name="queue_minutes_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} · {self.department}"


class TicketSeries(models.Model):
    """The last number given under one letter on one day. Written by ``reception.services.tickets`` only."""

    letter = models.CharField(_("letter"), max_length=1)
    day = models.DateField(_("day"))
    last = models.PositiveSmallIntegerField(_("last number"))

    class Meta:
        verbose_name = _("series of tickets")
        verbose_name_plural = _("series of tickets")
        constraints = [models.UniqueConstraint(fields=["letter", "day"], name="tickets_numbered_once_a_day")]

    def __str__(self) -> str:
        return f"{self.letter}{self.last:03d} {self.day}"


class Counter(models.Model):
    """A clerk sits at a numbered counter (柜台) for a window, for a part of one day."""

    queue = models.ForeignKey(Queue, models.PROTECT, related_name="counters", verbose_name=_("queue"))
    number = models.PositiveSmallIntegerField(_("counter"))
    clerk = models.ForeignKey(USER, models.PROTECT, related_name="counters", verbose_name=_("clerk"))
    day = models.DateField(_("day"))
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(fields=["day", "number"], condition=Q(closed_at=None), name="counter_open_once"),
            models.UniqueConstraint(fields=["day", "clerk"], condition=Q(closed_at=None), name="clerk_at_one_counter"),
            models.CheckConstraint(condition=Q(number__range=(1, 99)), name="counter_has_two_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.clerk}"


class Ticket(models.Model):
    """A number in the queue of one day. Written by ``reception.services`` only."""

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("ticket", "Waiting")
        CALLED = "called", pgettext_lazy("ticket", "Called")
        DONE = "done", pgettext_lazy("ticket", "Served")
        MISSED = "missed", pgettext_lazy("ticket", "Did not come")

    class Source(models.TextChoices):
        KIOSK = "kiosk", pgettext_lazy("ticket", "Ticket machine")
        COUNTER = "counter", pgettext_lazy("ticket", "Counter")
        BOOKING = "booking", pgettext_lazy("ticket", "Appointment")

    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tickets", verbose_name=_("queue"))
    # Of the window where it was drawn: it keeps its number when it goes to another.
    letter = models.CharField(max_length=1)
    serial = models.PositiveSmallIntegerField()
    day = models.DateField(_("day"))
    source = models.CharField(pgettext_lazy("ticket", "drawn"), max_length=10, choices=Source)
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, blank=True, related_name="ticket")
    status = models.CharField(_("status"), max_length=10, choices=Status)
    issued_at = models.DateTimeField(_("drawn at"))
    # The place in line; a skipped ticket gets a later one.
    in_line_at = models.DateTimeField()
    # An appointment kept in time goes before everybody from this moment on.
    first_from = models.DateTimeField(null=True, blank=True)
    skips = models.PositiveSmallIntegerField(_("times skipped"), default=0)
    calls = models.PositiveSmallIntegerField(_("times called"), default=0)
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, blank=True, related_name="tickets")
    called_at = models.DateTimeField(_("called at"), null=True, blank=True)
    # When somebody first sat down with it, for how long one takes.
    served_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["day", "letter", "serial"]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(fields=["day", "queue", "in_line_at"], condition=Q(status="waiting"), name="ticket_waiting"),
            models.Index(fields=["day", "called_at"], condition=Q(called_at__isnull=False), name="ticket_called"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["day", "letter", "serial"], name="ticket_number_once_a_day"),
            models.UniqueConstraint(fields=["counter"], condition=Q(status="called"), name="one_called_at_a_counter"),
            models.CheckConstraint(
                condition=~Q(status="called") | Q(counter__isnull=False, called_at__isnull=False),
                name="called_ticket_has_its_counter",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """As it is printed and called: A023."""
        return f"{self.letter}{self.serial:03d}"


class Kiosk(models.Model):
    """A ticket machine in the hall: whoever has its address draws tickets, so it is not public."""

    name = models.CharField(_("where it stands"), max_length=60)
    key = models.SlugField(_("key"), max_length=40, unique=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("ticket machine")
        verbose_name_plural = _("ticket machines")

    def __str__(self) -> str:
        return self.name
