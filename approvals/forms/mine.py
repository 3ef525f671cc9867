"""Forms of the applicant's case pages."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models import Case
from approvals.querysets import CaseQuerySet
from common.time import now
from deadlines.querysets import light_q

LIGHTS = [
    ("green", _("On time")),
    ("yellow", _("Due soon")),
    ("red", _("Overdue")),
    ("stopped", _("Special procedure")),
]
RUNNING = "running"
TO_DO = "to-do"
FINISHED = "finished"
SHOWN = [(RUNNING, _("Running")), (TO_DO, _("Waiting for you")), (FINISHED, _("Finished"))]
ENDED = Case.ENDED
WAITING_FOR_APPLICANT = (Case.Status.CORRECTING, Case.Status.ISSUED)


class RemarkForm(forms.Form):
    """What one wants to say with the corrections."""

    remark = forms.CharField(
        label=_("Note to the window"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class CaseFilter(django_filters.FilterSet):
    """By words, where it stands and light."""

    q = django_filters.CharFilter(method="by_words", label=_("Number, matter or project"))
    show = django_filters.ChoiceFilter(method="by_state", choices=SHOWN, label=_("Show"), empty_label=_("All"))
    light = django_filters.ChoiceFilter(method="by_light", choices=LIGHTS, label=_("Light"), empty_label=_("All"))

    class Meta:
        model = Case
        fields: list[str] = []

    def by_words(self, queryset: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        return queryset.filter(
            Q(number__icontains=value)
            | Q(matter__name__icontains=value)
            | Q(matter__name_en__icontains=value)
            | Q(project__name__icontains=value)
        )

    def by_state(self, queryset: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        if value == TO_DO:
            return queryset.filter(status__in=WAITING_FOR_APPLICANT)
        return queryset.filter(status__in=ENDED) if value == FINISHED else queryset.exclude(status__in=ENDED)

    def by_light(self, queryset: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        return queryset.filter(light_q(value, now(), "clock__"))
