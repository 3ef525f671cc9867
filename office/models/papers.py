"""Papers on paper (纸质材料): where each one is now, and how it went from one department to another."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from deadlines.models import Clock
from office.querysets import PaperHandoverQuerySet, PaperQuerySet
from office.words import words_of

USER = settings.AUTH_USER_MODEL


class Paper(models.Model):
    """One paper, or so many copies of it that go together, and the department that has it now."""

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("paper", "In hand")
        ON_THE_WAY = "on_the_way", pgettext_lazy("paper", "On the way")
        MISSING = "missing", pgettext_lazy("paper", "Missing")
        LOST = "lost", pgettext_lazy("paper", "Lost")

    name = models.CharField(_("paper"), max_length=120)
    copies = models.PositiveSmallIntegerField(
        _("copies"), default=1, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    is_original = models.BooleanField(_("original"), default=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_title = models.CharField(_("belongs to"), max_length=200, blank=True)
    subject_link = models.CharField(max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.HELD)
    # Who has it; while it is on the way or missing, who gave it away last and answers for it.
    department = models.ForeignKey(Department, models.PROTECT, related_name="papers", verbose_name=_("currently with"))
    since = models.DateTimeField(pgettext_lazy("paper", "since"))
    words = words_of("name", "subject_title")

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="office_paper_subject"),
            models.Index(fields=["department", "state"], name="office_paper_department"),
            GinIndex(OpClass(F("words"), "gin_trgm_ops"), name="office_paper_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(copies__gte=1), name="paper_has_copies"),
            models.CheckConstraint(
                condition=Q(subject_type="", subject_id=None) | (~Q(subject_type="") & Q(subject_id__isnull=False)),
                name="paper_subject_is_a_pair",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        """Of its state, as a tag shows it."""
        return {"held": "green", "on_the_way": "accent"}.get(self.state, "red")


class PaperHandover(models.Model):
    """A list of papers (移交单) from one department to another, signed for line by line."""

    class Status(models.TextChoices):
        SENT = "sent", pgettext_lazy("hand-over", "To be signed for")
        BACK = "back", pgettext_lazy("hand-over", "Back with the sender")
        CLOSED = "closed", pgettext_lazy("hand-over", "Settled")
        WITHDRAWN = "withdrawn", pgettext_lazy("hand-over", "Withdrawn")

    number = models.CharField(_("number"), max_length=20, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SENT)
    from_department = models.ForeignKey(
        Department, models.PROTECT, related_name="papers_sent", verbose_name=_("handing department")
    )
    to_department = models.ForeignKey(
        Department, models.PROTECT, related_name="papers_got", verbose_name=_("receiving department")
    )
    sent_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("handed over by"))
    sent_at = models.DateTimeField(_("handed over"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    # The names of the papers and what they belong to, for searching.
    contents = models.TextField(blank=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    back_clock = models.ForeignKey(Clock, models.PROTECT, null=True, blank=True, related_name="+")
    words = words_of("number", "note", "contents")

    objects = PaperHandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("hand-over of papers")
        verbose_name_plural = _("hand-overs of papers")
        indexes = [
            models.Index(fields=["to_department", "status"], name="office_handover_to"),
            models.Index(fields=["from_department", "status"], name="office_handover_from"),
            GinIndex(OpClass(F("words"), "gin_trgm_ops"), name="office_handover_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="handover_number_once"),
            models.CheckConstraint(
                condition=~Q(from_department=F("to_department")), name="handover_between_two_departments"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["sent", "withdrawn"]) | Q(signed_at__isnull=False),
                name="signed_handover_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status="back") | Q(back_clock__isnull=False), name="handover_back_is_a_duty"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("office:handover", args=[self.pk])

    @property
    def shown_clock(self) -> Clock:
        """The light that counts now: of what is back with the sender it is the sender's."""
        if self.status == self.Status.BACK and self.back_clock is not None:
            return self.back_clock
        return self.clock

    @property
    def tone(self) -> str:
        """Of its state, as a tag shows it."""
        return {"sent": "accent", "back": "yellow", "closed": "green"}.get(self.status, "neutral")

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.SENT, self.Status.BACK)


class PaperLine(models.Model):
    """One line of a hand-over: a paper, and what became of it on this way."""

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("paper line", "On the way")
        RECEIVED = "received", pgettext_lazy("paper line", "Received")
        MISSING = "missing", pgettext_lazy("paper line", "Missing")
        REFUSED = "refused", pgettext_lazy("paper line", "Refused")
        RETURNED = "returned", pgettext_lazy("paper line", "Back with the sender")
        FOUND = "found", pgettext_lazy("paper line", "Found at the sender's")
        LOST = "lost", pgettext_lazy("paper line", "Lost")
        WITHDRAWN = "withdrawn", pgettext_lazy("paper line", "Withdrawn")

    UNSETTLED = (State.MISSING, State.REFUSED)

    handover = models.ForeignKey(PaperHandover, models.CASCADE, related_name="lines")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="lines")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    remark = models.CharField(_("words of the receiver"), max_length=300, blank=True)
    answer = models.CharField(_("answer of the sender"), max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("line of a hand-over")
        verbose_name_plural = _("lines of a hand-over")
        constraints = [
            models.UniqueConstraint(fields=["handover", "paper"], name="paper_once_in_a_handover"),
            models.UniqueConstraint(
                fields=["paper"],
                condition=Q(state__in=["sent", "missing", "refused"]),
                name="paper_on_one_way_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["missing", "refused"]) | ~Q(remark=""), name="missing_paper_has_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover} · {self.paper}"

    @property
    def tone(self) -> str:
        """Of its state, as a tag shows it."""
        tones = {"sent": "accent", "missing": "red", "refused": "red", "lost": "red", "withdrawn": "neutral"}
        return tones.get(self.state, "green")
