"""The append-only record (台账): who, for whom, what, on what, when, with what data.

Position, previous hash and hash are given by a trigger (migration 0002), which also
refuses UPDATE, DELETE and TRUNCATE: no code of the hall can rewrite what happened.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.display import act_label


class EntryQuerySet(models.QuerySet["Entry"]):
    def of(self, label: str, subject_id: int) -> "EntryQuerySet":
        """Entries of one subject, in the order in which they were written."""
        return self.filter(subject_type=label, subject_id=subject_id).order_by("seq")


class Entry(models.Model):
    """One act. ``seq`` counts from 1 within the subject; each row carries the hash of the one before."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    seq = models.BigIntegerField(default=0)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    on_behalf_of = models.CharField(_("on behalf of"), max_length=200, blank=True)
    mandate_id = models.BigIntegerField(null=True)
    act = models.CharField(_("act"), max_length=60)
    at = models.DateTimeField(_("at"))
    data = models.JSONField(default=dict)
    prev_hash = models.BinaryField(default=b"")
    hash = models.BinaryField(default=b"")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "seq"], name="ledger_position_once"),
        ]
        indexes = [
            models.Index(fields=["act", "at"], name="ledger_act_at"),
            # What was done under a mandate; the rows of everybody else cost nothing.
            models.Index(
                fields=["mandate_id", "id"], condition=models.Q(mandate_id__isnull=False), name="ledger_mandate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id}#{self.seq} {self.act}"

    @property
    def act_label(self) -> str:
        return act_label(self.act)


class Head(models.Model):
    """The last position and hash of each subject; the row that writers of one subject queue on.

    Written by the trigger alone.
    """

    pk = models.CompositePrimaryKey("subject_type", "subject_id")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        verbose_name = _("ledger head")
        verbose_name_plural = _("ledger heads")

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id}#{self.seq}"
