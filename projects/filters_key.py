"""Filters of the list of key projects and of the wall of problems."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.time import now
from deadlines.lights import Light
from deadlines.querysets import light_q
from enterprises.industries import sections
from projects.models import KeyProject, Milestone, Problem, Seat
from projects.selectors import people_for

LIGHTS = [(Light.RED, _("Overdue")), (Light.YELLOW, _("Due soon")), (Light.GREEN, _("On time"))]
AMOUNTS = [("10000", _("from 100 million yuan")), ("50000", _("from 500 million yuan")),
           ("100000", _("from 1,000 million yuan"))]  # fmt: skip


def industries() -> list[tuple[str, Any]]:
    return [(one.code, one.label) for one in sections()]


class KeyFilter(django_filters.FilterSet):
    """By words, next milestone, field, size, light and secretary."""

    q = django_filters.CharFilter(
        method="by_words", label=_("Project or enterprise"), widget=forms.TextInput(attrs={"type": "search"})
    )
    point = django_filters.ChoiceFilter(
        choices=Milestone.Point, method="by_point", label=_("Reached last"), empty_label=_("All")
    )
    field = django_filters.ChoiceFilter(choices=industries, method="by_field", label=_("Field"), empty_label=_("All"))
    amount = django_filters.ChoiceFilter(
        choices=AMOUNTS, field_name="project__total_investment", lookup_expr="gte", label=_("Total investment"),
        empty_label=_("All"),
    )  # fmt: skip
    light = django_filters.ChoiceFilter(choices=LIGHTS, method="by_light", label=_("Light"), empty_label=_("All"))
    secretary = django_filters.ModelChoiceFilter(
        queryset=lambda _request: people_for(Seat.SECRETARY), method="by_secretary", label=_("Service secretary"),
        empty_label=_("All"),
    )  # fmt: skip

    class Meta:
        model = KeyProject
        fields: list[str] = []

    def by_words(self, rows: QuerySet[KeyProject], _name: str, value: str) -> QuerySet[KeyProject]:
        return rows.filter(Q(project__name__icontains=value) | Q(project__enterprise__name__icontains=value))

    def by_point(self, rows: QuerySet[KeyProject], _name: str, value: str) -> QuerySet[KeyProject]:
        reached = Milestone.objects.filter(point=value, reached_on__isnull=False)
        further = Milestone.objects.filter(point=int(value) + 1, reached_on__isnull=False)
        return rows.filter(pk__in=reached.values("key")).exclude(pk__in=further.values("key"))

    def by_field(self, rows: QuerySet[KeyProject], _name: str, value: str) -> QuerySet[KeyProject]:
        section = next((one for one in sections() if one.code == value), None)
        return rows.filter(project__industry__in=[one.code for one in section.divisions] if section else [])

    def by_light(self, rows: Any, _name: str, value: str) -> Any:
        return rows.in_light(value)

    def by_secretary(self, rows: QuerySet[KeyProject], _name: str, value: Any) -> QuerySet[KeyProject]:
        return rows.filter(team__user=value, team__seat=Seat.SECRETARY, team__ends_at=None)


class WallFilter(django_filters.FilterSet):
    """By words, light, owner and state."""

    q = django_filters.CharFilter(
        method="by_words", label=_("Project or problem"), widget=forms.TextInput(attrs={"type": "search"})
    )
    light = django_filters.ChoiceFilter(choices=LIGHTS, method="by_light", label=_("Light"), empty_label=_("All"))
    mine = django_filters.BooleanFilter(method="by_mine", label=_("Only mine"), widget=forms.CheckboxInput)

    class Meta:
        model = Problem
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Problem], _name: str, value: str) -> QuerySet[Problem]:
        return rows.filter(
            Q(title__icontains=value)
            | Q(project__name__icontains=value)
            | Q(project__enterprise__name__icontains=value)
        )

    def by_light(self, rows: QuerySet[Problem], _name: str, value: str) -> QuerySet[Problem]:
        return rows.filter(light_q(value, now(), "clock__"), status="open")

    def by_mine(self, rows: QuerySet[Problem], _name: str, value: bool | None) -> QuerySet[Problem]:
        user = self.request.user if self.request is not None else None
        return rows.filter(Q(owner=user) | Q(helper=user)) if value and user is not None else rows
