"""What is overdue and whose: open duties of every kind past their promised limit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from approvals.models import Case
from dashboards.scope import Scope
from deadlines.lights import Light
from deadlines.models import Clock, ClockKind
from deadlines.querysets import ClockQuerySet

ROWS = 50
CASE = "approvals.case"


@dataclass(frozen=True, slots=True)
class OverdueDuty:
    """A duty, who should have done it, and by how many of its days it is late."""

    clock: Clock
    case: Case | None
    url: str
    days_late: int

    @property
    def lawfully(self) -> bool:
        """Whether the lawful limit has passed too."""
        return self.clock.lawful_breached_at is not None


class OverdueFilterForm(forms.Form):
    department = forms.ModelChoiceField(
        label=_("Department"), required=False, queryset=Department.objects.none(), empty_label=_("All")
    )
    kind = forms.ChoiceField(label=_("Duty"), required=False, choices=[("", _("All")), *ClockKind.choices])
    handler = forms.ModelChoiceField(required=False, queryset=User.objects.all(), widget=forms.HiddenInput)
    unassigned = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = (
            Department.objects.all()
            if scope.departments is None
            else Department.objects.filter(pk__in=scope.departments)
        )

    @property
    def values(self) -> dict[str, Any]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered(scope: Scope, values: dict[str, Any], at: datetime) -> ClockQuerySet:
    """Overdue duties in scope, the oldest first."""
    found = scope.clocks().in_light(Light.RED, at)
    for name in ("department", "kind", "handler"):
        if name in values:
            found = found.filter(**{name: values[name]})
    if "unassigned" in values:
        found = found.filter(handler=None)
    return found.select_related("department", "handler").order_by("due_at", "id")


def page(found: ClockQuerySet, number: str | None) -> Page:
    return Paginator(found, ROWS).get_page(number)


def rows(clocks: Iterable[Clock], at: datetime) -> list[OverdueDuty]:
    """Add the case that each duty is about; one query for all of them."""
    listed = list(clocks)
    ids = {clock.subject_id for clock in listed if clock.subject_type == CASE}
    cases = Case.objects.select_related("matter", "enterprise").in_bulk(ids)
    return [_row(clock, cases.get(clock.subject_id) if clock.subject_type == CASE else None, at) for clock in listed]


def _row(clock: Clock, case: Case | None, at: datetime) -> OverdueDuty:
    url = reverse("dashboards:case", args=[case.number]) if case else clock.link
    return OverdueDuty(clock, case, url, max(0, -clock.days_left(at)))
