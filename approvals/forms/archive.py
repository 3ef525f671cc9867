"""Filter of the archive."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.archive.querysets import ArchiveFolderQuerySet

INCOMPLETE, COMPLETE, PERMANENT = "incomplete", "complete", "permanent"
STATES = [("", _("All")), (INCOMPLETE, pgettext_lazy("archive", "Incomplete")),
          (COMPLETE, pgettext_lazy("archive", "Complete"))]  # fmt: skip
# The terms there are: 国家档案局令第8号 art. 6.
TERMS = [("", _("All")), (PERMANENT, pgettext_lazy("retention", "Permanent")), ("30", _("30 years")),
         ("10", _("10 years"))]  # fmt: skip


class ArchiveFilterForm(forms.Form):
    """By words, completeness, term of keeping and year of closing; every field may be left empty."""

    q = forms.CharField(label=_("Enterprise, credit code, number or matter"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("Completeness"), choices=STATES, required=False)
    keep = forms.ChoiceField(label=_("Retention period"), choices=TERMS, required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All")), *((str(year), str(year)) for year in years)]
        self.fields["year"] = forms.ChoiceField(label=_("Year of closing"), choices=choices, required=False)

    def narrow(self, rows: ArchiveFolderQuerySet) -> ArchiveFolderQuerySet:
        """Those that the filled fields name; a wrong value counts as empty."""
        self.is_valid()
        data = self.cleaned_data
        if words := (data.get("q") or "").strip():
            rows = rows.filter(
                Q(number__istartswith=words)
                | Q(case__number__istartswith=words)
                | Q(enterprise__name__icontains=words)
                | Q(enterprise__credit_code__istartswith=words)
                | Q(case__matter__name__icontains=words)
                | Q(case__matter__name_en__icontains=words)
            )
        if state := data.get("state"):
            rows = rows.filter(completed_at__isnull=state == INCOMPLETE)
        if keep := data.get("keep"):
            rows = rows.filter(keep_years=None if keep == PERMANENT else int(keep))
        if year := data.get("year"):
            rows = rows.filter(closed_at__year=int(year))
        return rows

    @property
    def filters(self) -> bool:
        """Whether anything is narrowed down."""
        return any(self.cleaned_data.values()) if self.is_bound and self.is_valid() else False


class LateSignatureForm(forms.Form):
    """The signed receipt of a delivery, scanned in after the case was archived."""

    file = forms.FileField(label=_("Signed receipt (photo or scan)"))
