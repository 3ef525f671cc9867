"""The inquiry (首问件): who is asked first owns it until somebody else has accepted it (首问负责制)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Role
from deadlines.models import Clock
from enterprises.models import Enterprise
from files.models import StoredFile
from reception.querysets import HandoverQuerySet, InquiryQuerySet

USER = settings.AUTH_USER_MODEL


class InquirySeries(models.Model):
    """The last serial given in one year. Written by ``reception.numbering`` only."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    last = models.PositiveIntegerField(_("last serial"))

    class Meta:
        verbose_name = _("series of inquiry numbers")
        verbose_name_plural = _("series of inquiry numbers")

    def __str__(self) -> str:
        return f"SW{self.year} {self.last}"


class Inquiry(models.Model):
    """A question or visitor, as recorded by whoever was asked first. Written by ``reception.services`` only.

    ``owner`` answers for it; without one (who had it has left) the holders of ``role`` in ``department`` do.
    """

    class Channel(models.TextChoices):
        COUNTER = "counter", pgettext_lazy("inquiry", "At the counter")
        TELEPHONE = "telephone", pgettext_lazy("inquiry", "By telephone")
        WEB = "web", pgettext_lazy("inquiry", "Online")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("inquiry", "To be answered")
        ANSWERED = "answered", pgettext_lazy("inquiry", "Answered")
        CLOSED = "closed", pgettext_lazy("inquiry", "Closed")

    number = models.CharField(_("number"), max_length=20, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial"))
    query_code = models.CharField(_("query code"), max_length=8)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    status = models.CharField(_("status"), max_length=10, choices=Status)

    asker_name = models.CharField(_("who asks"), max_length=60)
    asker_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="inquiries", verbose_name=_("enterprise")
    )
    asked_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("asked from the account")
    )
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("question"))
    matter_code = models.CharField(_("matter code"), max_length=40, blank=True)
    files: models.ManyToManyField = models.ManyToManyField(
        StoredFile, blank=True, related_name="+", verbose_name=_("files")
    )

    # 首问责任人: stays on record whoever has it later.
    first_owner = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("asked first"))
    owner = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inquiries",
        verbose_name=pgettext_lazy("inquiry", "owner"),
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="inquiries", verbose_name=_("department of the owner")
    )
    role = models.CharField(_("role of the owner"), max_length=15, choices=Role)
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    created_at = models.DateTimeField(_("asked at"))
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    # After an answer: the last day on which the asker may confirm or reopen.
    closes_on = models.DateField(_("closes by itself after"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        indexes = [
            models.Index(fields=["owner"], condition=Q(status="open"), name="inquiry_open_owner"),
            models.Index(fields=["closes_on"], condition=Q(status="answered"), name="inquiry_closes_on"),
            models.Index(fields=["department", "status"], name="inquiry_department"),
            models.Index(fields=["asker_phone"], name="inquiry_phone"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="inquiry_number_once"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="inquiry_serial_from_one"),
            models.CheckConstraint(
                condition=~Q(status="answered") | Q(closes_on__isnull=False), name="answered_inquiry_has_its_last_day"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | (~Q(status="closed") & Q(closed_at=None)),
                name="closed_inquiry_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(clock__isnull=False), name="open_inquiry_has_its_clock"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("reception:inquiry", args=[self.pk])


class Answer(models.Model):
    """What was answered, and what the asker said to it; a reopened inquiry has several."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("answer", "Not judged yet")
        CONFIRMED = "confirmed", pgettext_lazy("answer", "Confirmed by the asker")
        REOPENED = "reopened", pgettext_lazy("answer", "Not settled: reopened")
        LAPSED = "lapsed", pgettext_lazy("answer", "Closed without a word from the asker")

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="answers")
    text = models.TextField(_("answer"))
    answered_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, default=Verdict.WAITING)
    reason = models.TextField(_("reason"), blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("answer to an inquiry")
        verbose_name_plural = _("answers to inquiries")
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry"], condition=Q(verdict="waiting"), name="one_answer_waits_for_the_asker"
            ),
            models.CheckConstraint(
                condition=~Q(verdict="reopened") | ~Q(reason=""), name="reopened_answer_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry} · {self.answered_at}"


class InquiryHandover(models.Model):
    """Somebody asks a person, or a department, to take an inquiry over (移交); until accepted nothing has changed."""

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("inquiry handover", "Waiting to be accepted")
        ACCEPTED = "accepted", pgettext_lazy("inquiry handover", "Accepted")
        REFUSED = "refused", pgettext_lazy("inquiry handover", "Refused")
        LAPSED = "lapsed", pgettext_lazy("inquiry handover", "Not accepted in time")
        WITHDRAWN = "withdrawn", pgettext_lazy("inquiry handover", "Taken back")

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="handovers")
    status = models.CharField(_("status"), max_length=10, choices=Status)
    from_user = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("handed over by"))
    # Nobody by name: whoever of the department accepts first.
    to_user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("receiver"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    role = models.CharField(_("role"), max_length=15, choices=Role)
    reason = models.TextField(_("reason"))
    asked_at = models.DateTimeField()
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.TextField(_("reason for refusing"), blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("inquiry handed over")
        verbose_name_plural = _("inquiries handed over")
        constraints = [
            models.UniqueConstraint(fields=["inquiry"], condition=Q(status="pending"), name="one_pending_handover"),
            models.CheckConstraint(condition=~Q(to_user=F("from_user")), name="handed_over_to_another"),
            models.CheckConstraint(condition=~Q(status="refused") | ~Q(refusal=""), name="refused_with_a_reason"),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at=None) | (~Q(status="pending") & Q(decided_at__isnull=False)),
                name="ended_handover_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry} → {self.to_user or self.department}"
