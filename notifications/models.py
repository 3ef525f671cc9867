"""The outbox: every message is a row first, written with the act that it tells of."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
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
            models.Index(fields=["recipient", "-id"], condition=Q(channel="inapp"), name="message_inbox"),
            models.Index(fields=["recipient"], condition=Q(channel="inapp", read_at=None), name="message_unread"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="pending", next_try_at__isnull=False) | (~Q(status="pending") & Q(next_try_at=None)),
                name="message_waits_for_a_time",
            ),
            models.CheckConstraint(condition=~Q(status="sent") | ~Q(sent_at=None), name="sent_message_has_time"),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.recipient_id} ({self.channel})"

    @property
    def text(self) -> Text:
        """Subject and body in the language that is active now."""
        return render(self.template, self.params)
