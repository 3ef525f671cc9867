"""Filters that lists and API share."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.time import now
from deadlines.lights import Light
from deadlines.querysets import light_q
from enterprises.credit_code import normalise
from enterprises.models import Enterprise, Tier, Visit
from enterprises.selectors import officers

LIGHTS = [
    (Light.RED, _("Overdue")),
    (Light.YELLOW, _("Due soon")),
    (Light.GREEN, _("On time")),
]


def name_or_code(text: str, prefix: str = "") -> Q:
    """Part of the name, or the beginning of the credit code."""
    return Q(**{f"{prefix}name__icontains": text.strip()}) | Q(**{f"{prefix}credit_code__startswith": normalise(text)})


class EnterpriseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="search",
        label=_("Name or credit code"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    tier = django_filters.ChoiceFilter(choices=Tier, label=_("Tier"), empty_label=_("All"))

    class Meta:
        model = Enterprise
        fields = ["q", "tier", "industry", "is_foreign"]

    def search(self, rows: QuerySet[Enterprise], _name: str, text: str) -> QuerySet[Enterprise]:
        return rows.filter(name_or_code(text))


class EnterpriseListFilter(EnterpriseFilter):
    """What the page offers: fewer fields than the API."""

    class Meta(EnterpriseFilter.Meta):
        fields = ["q", "tier"]


class VisitFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="search", label=_("Enterprise"), widget=forms.TextInput(attrs={"type": "search"})
    )
    officer = django_filters.ModelChoiceFilter(
        queryset=lambda _request: officers(), label=_("Service officer"), empty_label=_("All")
    )
    tier = django_filters.ChoiceFilter(
        field_name="enterprise__tier", choices=Tier, label=_("Tier"), empty_label=_("All")
    )
    before = django_filters.DateFilter(
        field_name="planned_on", lookup_expr="lte", label=_("Planned until"), widget=forms.DateInput
    )

    class Meta:
        model = Visit
        fields = ["q", "officer", "tier", "before"]

    def search(self, rows: QuerySet[Visit], _name: str, text: str) -> QuerySet[Visit]:
        return rows.filter(name_or_code(text, "enterprise__"))


class VisitApiFilter(VisitFilter):
    """For programs: state and light besides."""

    light = django_filters.ChoiceFilter(choices=LIGHTS, method="in_light")

    class Meta(VisitFilter.Meta):
        fields = ["q", "officer", "tier", "before", "status", "enterprise", "light"]

    def in_light(self, rows: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        return rows.filter(light_q(value, now(), "clock__"))
