"""Filters of the API; the work lists of the pages have forms of their own."""

import django_filters
from django.db.models import QuerySet

from approvals.models import Application, Case, Matter, Step
from approvals.selectors import filtered, filtered_steps
from common.time import now
from deadlines.lights import Light
from deadlines.querysets import light_q

RUNNING = [(light.value, light.value) for light in (Light.GREEN, Light.YELLOW, Light.RED, Light.STOPPED)]


class MatterFilter(django_filters.FilterSet):
    department = django_filters.CharFilter(field_name="department__code", help_text="Code of the department.")

    class Meta:
        model = Matter
        fields = ["stage", "department", "is_active"]


class ApplicationFilter(django_filters.FilterSet):
    class Meta:
        model = Application
        fields = ["status", "channel", "project", "enterprise"]


class CaseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="search", help_text="Beginning of the number, part of firm's or project's name."
    )
    light = django_filters.ChoiceFilter(choices=RUNNING, method="in_light")
    matter = django_filters.CharFilter(field_name="matter__code", help_text="Code of the matter.")
    department = django_filters.CharFilter(field_name="department__code", help_text="Code of the department.")
    received_after = django_filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="gte")
    received_before = django_filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="lt")

    class Meta:
        model = Case
        fields = ["status", "decision", "deemed_accepted", "project", "enterprise", "application"]

    def search(self, rows: QuerySet[Case], _name: str, text: str) -> QuerySet[Case]:
        return filtered(rows, {"q": text})  # type: ignore[arg-type]

    def in_light(self, rows: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        return filtered(rows, {"light": value})  # type: ignore[arg-type]


class StepFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="search", help_text="Beginning of the number, part of firm's or project's name."
    )
    light = django_filters.ChoiceFilter(choices=RUNNING, method="in_light")
    case = django_filters.CharFilter(field_name="case__number", help_text="Number of the case.")
    department = django_filters.CharFilter(field_name="department__code", help_text="Code of the department.")

    class Meta:
        model = Step
        fields = ["status", "kind", "handler"]

    def search(self, rows: QuerySet[Step], _name: str, text: str) -> QuerySet[Step]:
        return filtered_steps(rows, {"q": text})  # type: ignore[arg-type]

    def in_light(self, rows: QuerySet[Step], _name: str, value: str) -> QuerySet[Step]:
        return rows.filter(light_q(value, now(), "clock__"))
