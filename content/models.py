"""What the public site keeps: how often somebody guessed wrong, and lists of what somebody needs."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.querysets import NeedListQuerySet
from projects.models import Project

# Without letters and figures that are taken for one another; 31^16 codes can't be guessed.
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 16


def make_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _turn in range(CODE_LENGTH))


class QueryFailure(models.Model):
    """Failed public queries from one address or for one number within one window of time.

    ``key`` is a keyed hash: neither addresses nor numbers are kept. Rows go after a day.
    """

    key = models.CharField(max_length=64)
    window = models.DateTimeField(_("from"))
    count = models.PositiveIntegerField(_("failures"), default=1)

    class Meta:
        verbose_name = _("failed query")
        verbose_name_plural = _("failed queries")
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="failures_counted_once_per_window")]
        indexes = [models.Index(fields=["window"], name="query_failure_window")]

    def __str__(self) -> str:
        return f"{self.window} {self.count}"


class NeedList(models.Model):
    """Answers to the questionnaire that somebody kept; the list is made from them whenever it is looked at.

    Whoever has the code may read it, that is how it is shared; it holds nothing personal. ``facts`` maps facts to
    values, None for what was not known; ``extra`` are codes of matters wanted besides. Without an owner it goes on
    the day it expires. ``project`` is what it was turned into.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    start = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    extra = models.JSONField(default=list, blank=True)
    title = models.CharField(_("title"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="need_lists", verbose_name=_("owner")
    )
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, related_name="need_lists", verbose_name=_("project")
    )
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"), null=True)

    objects = NeedListQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("list of matters")
        verbose_name_plural = _("lists of matters")
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(expires_at__isnull=False), name="need_list_expires_unless_owned"
            )
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(owner=None), name="need_list_expiry")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("content:list", args=[self.code])
