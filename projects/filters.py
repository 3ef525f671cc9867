"""Filters that the list page and the API share."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project, Stage
from projects.querysets import ProjectQuerySet


class ProjectFilter(django_filters.FilterSet):
    """By words, stage, status, industry and size."""

    q = django_filters.CharFilter(method="by_words", label=_("Name, code or enterprise"))
    stage = django_filters.ChoiceFilter(choices=Stage, label=_("Stage"), empty_label=_("All stages"))
    status = django_filters.ChoiceFilter(choices=Project.Status, label=_("Status"), empty_label=_("All"))

    class Meta:
        model = Project
        fields = ["q", "stage", "status"]

    def by_words(self, queryset: ProjectQuerySet, _name: str, value: str) -> ProjectQuerySet:
        return queryset.filter(
            Q(name__icontains=value) | Q(national_code__startswith=value) | Q(enterprise__name__icontains=value)
        )


class ProjectApiFilter(ProjectFilter):
    """What systems ask besides."""

    enterprise = django_filters.NumberFilter(field_name="enterprise_id")
    credit_code = django_filters.CharFilter(field_name="enterprise__credit_code")
    industry = django_filters.CharFilter()
    min_investment = django_filters.NumberFilter(field_name="total_investment", lookup_expr="gte")
    declared_after = django_filters.IsoDateTimeFilter(field_name="declared_at", lookup_expr="gte")

    class Meta(ProjectFilter.Meta):
        fields = [*ProjectFilter.Meta.fields, "enterprise", "credit_code", "industry", "national_code"]
