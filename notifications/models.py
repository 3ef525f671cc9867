"""The outbox: every message is a row first, written with the act that it tells of."""

from datetime import time

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from notifications.templates import Text, render


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User | AnonymousUser) -> "MessageQuerySet":
        """The reader's own in-app messages."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(recipient=user, channel="inapp")

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)


class Message(models.Model):
    """One message to one person by one channel, with what became of it."""

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("message", "Waiting to be sent")
        SENT = "sent", pgettext_lazy("message", "Sent")
        FAILED = "failed", pgettext_lazy("message", "Not delivered")

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages", verbose_name=_("recipient")
    )
    # "inapp", "email", or what a plug-in registers: so no choices here.
    channel = models.CharField(_("channel"), max_length=20)
    template = models.CharField(_("template"), max_length=60)
    params = models.JSONField(default=dict)
    link = models.CharField(_("link"), max_length=300, blank=True)
    dedupe_key = models.CharField(max_length=200, null=True, unique=True)
    # Both say what next_try_at cannot: what a retry has to keep to, and what is sent together.
    quiet = models.BooleanField(_("keeps quiet hours"), default=False, db_default=False)
    digest = models.BooleanField(_("in the daily digest"), default=False, db_default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    read_at = models.DateTimeField(_("read"), null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(status="pending"), name="message_pending"),
            models.Index(
                fields=["channel", "recipient", "next_try_at"],
                condition=Q(status="pending", digest=True),
                name="message_digest",
            ),
            models.Index(fields=["recipient", "-id"], condition=Q(channel="inapp"), name="message_inbox"),
            models.Index(fields=["recipient"], condition=Q(channel="inapp", read_at=None), name="message_unread"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="pending", next_try_at__isnull=False) | (~Q(status="pending") & Q(next_try_at=None)),
                name="message_waits_for_a_time",
            ),
            models.CheckConstraint(condition=~Q(status="sent") | ~Q(sent_at=None), name="sent_message_has_time"),
            models.CheckConstraint(
                condition=~Q(channel="inapp") | Q(quiet=False, digest=False), name="inbox_is_never_held_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.recipient_id} ({self.channel})"

    @property
    def text(self) -> Text:
        """Subject and body in the language that is active now."""
        return render(self.template, self.params)


class DeliveryTimes(models.Model):
    """One row: when messages may leave the hall. Wall times in the hall's time zone (Asia/Shanghai)."""

    quiet_from = models.TimeField(_("quiet hours from"), default=time(21, 0))
    quiet_until = models.TimeField(
        _("quiet hours until"),
        default=time(7, 30),
        help_text=_("Earlier than their beginning means the next morning; the same time means no quiet hours."),
    )
    digest_at = models.TimeField(_("daily digest at"), default=time(8, 30))

    class Meta:
        verbose_name = _("delivery times")
        verbose_name_plural = _("delivery times")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_delivery_times"),
            # A digest at night would have to be both sent and held back.
            models.CheckConstraint(
                condition=(
                    Q(quiet_from__lte=F("quiet_until"))
                    & (Q(digest_at__lt=F("quiet_from")) | Q(digest_at__gte=F("quiet_until")))
                )
                | Q(
                    quiet_from__gt=F("quiet_until"),
                    digest_at__gte=F("quiet_until"),
                    digest_at__lt=F("quiet_from"),
                ),
                name="digest_outside_quiet_hours",
                violation_error_message=_("The daily digest would fall into the quiet hours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiet_from:%H:%M}–{self.quiet_until:%H:%M}, {self.digest_at:%H:%M}"
