"""Matters and their versions: what can be applied for, and under which rules."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from approvals.querysets import MatterQuerySet, ThemeQuerySet
from common.bilingual import pick
from projects.models import Stage

USER = settings.AUTH_USER_MODEL


class Origin(models.TextChoices):
    """Where a version of the catalogue came from."""

    FILE = "file", pgettext_lazy("origin", "Delivered with the hall")
    SCREEN = "screen", pgettext_lazy("origin", "Edited in the hall")
    IMPORT = "import", pgettext_lazy("origin", "Imported")


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
    # What the hall's files brought last: only when they bring something else do they replace what is in force.
    file_digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = MatterQuerySet.as_manager()

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
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.FILE)
    note = models.CharField(_("what was changed"), max_length=300, blank=True)
    created_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
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


class Theme(models.Model):
    """Several matters that make one thing for the investor (一件事); its content lives in versions."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    current = models.ForeignKey("ThemeVersion", models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(_("offered"), default=True)
    # What the hall's files brought last: only when they bring something else do they replace what is in force.
    file_digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return pick(self.name, self.name_en)


class ThemeVersion(models.Model):
    """A theme as it stood from some day on; never edited, so that a running application keeps its own.

    ``content`` is what ``catalogue.model.Theme.as_content`` writes.
    """

    theme = models.ForeignKey(Theme, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("content"))
    digest = models.CharField(max_length=64)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.FILE)
    note = models.CharField(_("what was changed"), max_length=300, blank=True)
    created_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["theme", "number"]
        verbose_name = _("theme version")
        verbose_name_plural = _("theme versions")
        constraints = [
            models.UniqueConstraint(fields=["theme", "number"], name="theme_version_number_once"),
            models.UniqueConstraint(fields=["theme", "digest"], name="theme_version_content_once"),
        ]

    def __str__(self) -> str:
        return f"{self.theme.code} v{self.number}"


class CatalogueDraft(models.Model):
    """A matter or theme being edited; published it becomes a new version and the draft goes.

    One draft for each thing, so that two editors don't work past each other. ``code`` is that of the
    matter or theme, which need not exist yet; ``based_on`` the number of the version it began with.
    """

    class Subject(models.TextChoices):
        MATTER = "matter", pgettext_lazy("draft", "Matter")
        THEME = "theme", pgettext_lazy("draft", "Theme")

    subject = models.CharField(max_length=10, choices=Subject)
    code = models.CharField(_("code"), max_length=40)
    content = models.JSONField(_("content"))
    based_on = models.PositiveSmallIntegerField(default=0)
    # Grows with every save: a page that was drawn from an older state is refused.
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    updated_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["subject", "code"]
        verbose_name = _("draft of the catalogue")
        verbose_name_plural = _("drafts of the catalogue")
        constraints = [models.UniqueConstraint(fields=["subject", "code"], name="one_draft_per_thing")]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.code}"
