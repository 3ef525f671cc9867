"""Matters and their versions: what can be applied for, and under which rules."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from common.bilingual import pick
from projects.models import Stage


class Matter(models.Model):
    """A thing one can apply for (事项); its content lives in versions."""

    class Stage(models.TextChoices):
        LAND = Stage.LAND.value, Stage.LAND.label
        DESIGN = Stage.DESIGN.value, Stage.DESIGN.label
        CONSTRUCTION = Stage.CONSTRUCTION.value, Stage.CONSTRUCTION.label
        COMPLETION = Stage.COMPLETION.value, Stage.COMPLETION.label
        BUSINESS = "business", _("Business registration and licences")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    department = models.ForeignKey(Department, models.PROTECT, related_name="matters", verbose_name=_("department"))
    window = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("window"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    current = models.ForeignKey("MatterVersion", models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("matter")
        verbose_name_plural = _("matters")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return pick(self.name, self.name_en)


class MatterVersion(models.Model):
    """The content of a matter as it stood from some day on; never edited, so a running case keeps its own.

    ``content`` follows ``approvals/catalogue/schema.json``.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("content"))
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["matter", "number"]
        verbose_name = _("matter version")
        verbose_name_plural = _("matter versions")
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="matter_version_number_once"),
            models.UniqueConstraint(fields=["matter", "digest"], name="matter_version_content_once"),
        ]

    def __str__(self) -> str:
        return f"{self.matter.code} v{self.number}"

    @property
    def limits(self) -> dict[str, Any]:
        return self.content["limits"]

    @property
    def materials(self) -> list[dict[str, Any]]:
        return self.content["materials"]

    @property
    def steps(self) -> list[dict[str, Any]]:
        return self.content["steps"]
