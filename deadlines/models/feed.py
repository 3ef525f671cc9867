"""Secret addresses under which calendar programs read somebody's duties."""

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department

if TYPE_CHECKING:
    from accounts.models import Anyone


def new_token() -> str:
    """256 random bits in 43 characters of an address: nobody guesses one."""
    return secrets.token_urlsafe(32)


class FeedQuerySet(models.QuerySet["Feed"]):
    def visible_to(self, user: "Anyone") -> "FeedQuerySet":
        """One's own, and nobody else's: whoever sees the address can read the feed."""
        return self.filter(owner=user) if user.is_authenticated else self.none()

    def unrevoked(self) -> "FeedQuerySet":
        return self.filter(revoked_at=None)


class Feed(models.Model):
    """One address. Written by ``deadlines.services`` only.

    It says who asked for it and for what; whether it may still be read is asked at each read
    (``deadlines.feeds.find``), because posts end and accounts are closed without anybody thinking of feeds.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feeds", verbose_name=_("person"))
    # Null: the person's own duties.
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    token = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("opened"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "department"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="one_unrevoked_feed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} · {self.department or '–'}"
