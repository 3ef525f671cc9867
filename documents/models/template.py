"""How papers are set: typst sources, versioned."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.bilingual import pick
from documents.compiling import Source


class Template(models.Model):
    """A template by its code ("acceptance"); "base" holds what all others share."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)

    class Meta:
        ordering = ["code"]
        verbose_name = _("document template")
        verbose_name_plural = _("document templates")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return pick(self.name, self.name_en)


class TemplateVersion(models.Model):
    """The source as it was from one moment on; the database refuses to change or remove it.

    ``base`` is the version of the shared part with which this one is set, so that a paper looks the same for ever.
    """

    class Origin(models.TextChoices):
        FILE = "file", pgettext_lazy("template version", "From a file")
        EDITED = "edited", pgettext_lazy("template version", "Edited in the hall")

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions", verbose_name=_("template"))
    number = models.PositiveIntegerField(_("version"))
    source = models.TextField(pgettext_lazy("template", "source"))
    sha256 = models.CharField(max_length=64)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("since"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        ordering = ["template", "-number"]
        verbose_name = _("template version")
        verbose_name_plural = _("template versions")
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once"),
            models.CheckConstraint(
                condition=models.Q(origin__in=["file", "edited"]), name="template_version_origin_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"

    def as_source(self) -> Source:
        """What the typesetter takes: this source and the shared part of its time."""
        return Source(self.source, self.base.source if self.base else "")
