"""The list of cases behind the figures: filters that agree with them, keyset pages, rows for export."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department
from approvals.models import Case, Matter
from approvals.querysets import CaseQuerySet
from common.display import light_view, safe_cell, short_date
from common.time import end_of_day, start_of_day
from dashboards.figures import UNFINISHED, deferral_q
from dashboards.scope import Scope
from deadlines.querysets import light_q

ROWS = 50


class CaseFilterForm(forms.Form):
    """Everything by which a figure of the overview can be taken apart."""

    q = forms.CharField(label=gettext_lazy("Number, enterprise or project"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("open", gettext_lazy("Unfinished")),
            ("finished", gettext_lazy("Finished")),
            *Case.Status.choices,
        ],
    )
    light = forms.ChoiceField(
        label=gettext_lazy("Light"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("green", gettext_lazy("On time")),
            ("yellow", gettext_lazy("Due soon")),
            ("red", gettext_lazy("Overdue")),
            ("stopped", gettext_lazy("Special procedure")),
            ("none", gettext_lazy("Waiting for the applicant")),
        ],
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        required=False,
        queryset=Department.objects.none(),
        empty_label=gettext_lazy("All"),
    )
    deferral = forms.ChoiceField(
        label=gettext_lazy("Deferral"),
        required=False,
        choices=[("", gettext_lazy("All")), ("open", gettext_lazy("Something follows later")),
                 ("held", gettext_lazy("Certificate held back"))],
    )  # fmt: skip
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"), required=False, choices=[("", gettext_lazy("All")), *Matter.Stage.choices]
    )
    received_from = forms.DateField(label=gettext_lazy("Received from"), required=False, widget=forms.DateInput)
    received_until = forms.DateField(label=gettext_lazy("Received until"), required=False, widget=forms.DateInput)
    decided_from = forms.DateField(required=False, widget=forms.HiddenInput)
    decided_until = forms.DateField(required=False, widget=forms.HiddenInput)
    accepted_from = forms.DateField(required=False, widget=forms.HiddenInput)
    accepted_until = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data)
        departments = Department.objects.filter(kind=Department.Kind.APPROVAL)
        if scope.departments is not None:
            departments = Department.objects.filter(pk__in=scope.departments)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = departments

    @property
    def values(self) -> dict[str, Any]:
        """What was understood; a field that makes no sense filters nothing and says so."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def filtered(scope: Scope, values: dict[str, Any], at: datetime) -> CaseQuerySet:
    """Cases in scope that fit ``values``, counted as the overview counts them."""
    cases = scope.cases()
    for condition in _conditions(values, at):
        cases = cases.filter(condition)
    return cases


def _conditions(values: dict[str, Any], at: datetime) -> Iterator[Q]:
    if state := values.get("state"):
        yield _state(state)
    if light := values.get("light"):
        yield _light(light, at)
    if department := values.get("department"):
        yield Q(department=department)
    if stage := values.get("stage"):
        yield Q(matter__stage=stage)
    if deferral := values.get("deferral"):
        yield deferral_q(held=deferral == "held")
    if words := values.get("q", "").strip():
        yield Q(number__istartswith=words) | Q(enterprise__name__icontains=words) | Q(project__name__icontains=words)
    yield from _between(values)


def _light(light: str, at: datetime) -> Q:
    still = Q(clock=None) | Q(clock__finished_at__isnull=False)
    return Q(status__in=UNFINISHED) & (still if light == "none" else light_q(light, at, "clock__"))


def _between(values: dict[str, Any]) -> Iterator[Q]:
    for name in ("received", "accepted", "decided"):
        if first := values.get(f"{name}_from"):
            yield Q(**{f"{name}_at__gte": start_of_day(first)})
        if last := values.get(f"{name}_until"):
            yield Q(**{f"{name}_at__lte": end_of_day(last)})


def _state(state: str) -> Q:
    if state == "open":
        return Q(status__in=UNFINISHED)
    return Q(status__in=Case.ENDED) if state == "finished" else Q(status=state)


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Case]
    next_after: str


def by_due(values: dict[str, Any]) -> bool:
    """Lists of running cases are sorted by due date, all others by number, the newest first."""
    return bool(values.get("light")) or values.get("state") == "open"


def page(cases: CaseQuerySet, *, due_first: bool, after: str) -> Page:
    """The ``ROWS`` cases that follow the cursor ``after``; "" begins, a spoilt one begins too."""
    if due_first:
        found = cases.order_by(F("clock__due_at").asc(nulls_last=True), "id")
        found = found.filter(_after_due(after)) if after else found
    else:
        found = cases.order_by("-id")
        found = found.filter(pk__lt=int(after)) if after.isdecimal() and len(after) < 19 else found
    rows = list(found.for_lists()[: ROWS + 1])
    more = len(rows) > ROWS
    rows = rows[:ROWS]
    return Page(rows, _cursor(rows[-1], due_first) if more else "")


def _cursor(case: Case, due_first: bool) -> str:
    if not due_first:
        return str(case.pk)
    return f"{case.clock.due_at.isoformat() if case.clock else ''}~{case.pk}"


def _after_due(after: str) -> Q:
    moment, _sep, pk = after.partition("~")
    if not (pk.isdecimal() and len(pk) < 19):
        return Q()
    if not moment:
        return Q(clock=None, pk__gt=int(pk))
    # A plus sign in an address arrives as a blank.
    due = _moment(moment.replace(" ", "+"))
    if due is None:
        return Q()
    return Q(clock__due_at__gt=due) | Q(clock__due_at=due, pk__gt=int(pk)) | Q(clock=None)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def export_head() -> list[str]:
    return [
        _("Case number"), _("Matter code"), _("Matter"), _("Department"), _("Enterprise"), _("Project"), _("Status"),
        _("Light"), _("Due on"), _("Received on"), _("Accepted on"), _("Decided on"), _("Delivered on"),
    ]  # fmt: skip


def export_rows(cases: QuerySet[Case], at: datetime) -> Iterator[list[str]]:
    """One list of safe cells for each case, fetched in portions."""
    for case in cases.order_by("-id").for_lists().iterator(chunk_size=2000):  # type: ignore[attr-defined]
        clock = case.clock
        running = clock is not None and clock.is_open
        cells = [
            case.number, case.matter.code, case.matter.label, case.department.label, case.enterprise.name,
            case.project.name, case.get_status_display(), light_view(clock.light(at)).text if running else "",
            short_date(clock.due_at) if running else "",
            *(short_date(moment) if moment else ""
              for moment in (case.received_at, case.accepted_at, case.decided_at, case.delivered_at)),
        ]  # fmt: skip
        yield [safe_cell(cell) for cell in cells]
