"""今日待办: every duty that is somebody's own to do, whatever app it comes from, sorted by its light."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Case, Count, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deadlines.lights import Light
from deadlines.models import Clock, ClockKind
from deadlines.querysets import ClockQuerySet, light_q

ROWS = 25
# What is late first; what stands still last, since nothing can be done about it now.
ORDER = (Light.RED, Light.YELLOW, Light.GREEN, Light.STOPPED)
LABELS = {
    Light.RED: _("Overdue"),
    Light.YELLOW: _("Due soon"),
    Light.GREEN: _("In time"),
    Light.STOPPED: _("Stands still"),
}


class TodayForm(forms.Form):
    """How one's own list is narrowed down; only kinds of duty that stand in it can be chosen."""

    kind = forms.ChoiceField(label=_("Duty"), required=False)
    q = forms.CharField(label=_("Words in the title"), required=False, max_length=60)

    def __init__(self, data: Any, *, kinds: list[str]) -> None:
        super().__init__(data)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *((kind, ClockKind(kind).label) for kind in kinds)]

    @property
    def values(self) -> dict[str, str]:
        """Cleaned filters; one that makes no sense is left out rather than emptying the list."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def duties(user: User) -> ClockQuerySet:
    """Open duties of a person."""
    return Clock.objects.open().due_to(user)


def kinds_of(user: User) -> list[str]:
    """The kinds among them, in the order of the engine."""
    found = set(duties(user).order_by().values_list("kind", flat=True).distinct())
    return [kind for kind in ClockKind.values if kind in found]


def narrowed(rows: ClockQuerySet, values: Mapping[str, str]) -> ClockQuerySet:
    if kind := values.get("kind"):
        rows = rows.filter(kind=kind)
    if words := values.get("q"):
        rows = rows.filter(title__icontains=words)
    return rows


def counts(rows: ClockQuerySet, at: datetime) -> dict[str, int]:
    """How many show each light; one statement."""
    found: dict[str, int] = rows.aggregate(**{str(light): Count("pk", filter=light_q(light, at)) for light in ORDER})
    return found


def in_order(rows: ClockQuerySet, light: str, at: datetime) -> ClockQuerySet:
    """Those of one light, or all by light; within a light what is due first."""
    if light:
        rows = rows.filter(light_q(light, at))
    whens = [When(light_q(one, at), then=Value(place)) for place, one in enumerate(ORDER)]
    place = Case(*whens, default=Value(len(ORDER)), output_field=IntegerField())
    return rows.annotate(place=place).order_by("place", "due_at", "id").select_related("department", "handler")
