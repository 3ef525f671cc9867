"""Work lists of the window and of the departments: tabs, counts, rows and filters that agree."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Case as Rank
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.models import Case, Deferral, MatterVersion, Step, WindowQuestion
from approvals.querysets import WORKS_IN_DEPARTMENT, CaseQuerySet, StepQuerySet
from common.bilingual import reads_english
from common.time import now
from coordination.models import GreenChannel
from deadlines.models import Clock, ClockKind
from deadlines.querysets import light_q
from enterprises.models import Enterprise
from projects.models import Project

Filters = Mapping[str, Any]
C = Case.Status
S = Step.Status

FINISHED_STATUSES = Case.ENDED
Rows = TypeVar("Rows", bound=QuerySet)
QUESTIONS = "questions"
DEFERRALS = "deferrals"
FINISHED = "finished"


@dataclass(frozen=True)
class Tab:
    """One tab of a work list. ``duty`` is the clock that runs while a case stands in it."""

    code: str
    label: Any
    statuses: tuple[str, ...] = ()
    duty: str = ""


DESK_TABS = (
    Tab("check", _("To check"), (C.RECEIVED,), ClockKind.ACCEPTANCE),
    Tab("correction", _("Waiting for correction"), (C.CORRECTING,)),
    Tab("waiting", _("Waiting for another matter"), (C.WAITING,)),
    Tab("notice", _("On public notice"), (C.PUBLISHED,)),
    Tab("hand-over", _("To hand over"), (C.ACCEPTED,), ClockKind.DECISION),
    Tab("departments", _("With departments"), (C.REVIEWING,), ClockKind.DECISION),
    Tab("deliver", _("To deliver"), (C.DECIDED,), ClockKind.DELIVERY),
    Tab("collection", _("Ready for collection"), (C.ISSUED,), ClockKind.DELIVERY),
    Tab(QUESTIONS, _("Questions from departments")),
    Tab(DEFERRALS, _("Promised papers to check")),
    Tab(FINISHED, _("Finished"), FINISHED_STATUSES),
)
REVIEW_TABS = (
    Tab("open", _("Open"), (S.OPEN,)),
    Tab("mine", _("Mine")),
    Tab("approval", _("Waiting for approval"), (S.PROPOSED,)),
    Tab("done", _("Done"), (S.DONE,)),
)


def tab_of(tabs: Sequence[Tab], code: str | None) -> Tab:
    """The tab with this code, else the first."""
    return next((tab for tab in tabs if tab.code == code), tabs[0])


def in_tab(cases: CaseQuerySet, tab: Tab) -> CaseQuerySet:
    """Rows of a desk tab."""
    if tab.code == QUESTIONS:
        return cases.filter(Exists(open_questions().filter(step__case=OuterRef("pk"))), status=C.REVIEWING)
    if tab.code == DEFERRALS:
        return cases.filter(Exists(handed_in().filter(case=OuterRef("pk"))))
    return cases.filter(status__in=tab.statuses)


def handed_in() -> QuerySet[Deferral]:
    """Papers that followed and that the window still has to look at (容缺)."""
    return Deferral.objects.filter(status=Deferral.Status.OPEN, handed_in_at__isnull=False)


def check_clocks(cases: Iterable[Case]) -> dict[int, Clock]:
    """By case the limit of the promised paper that is to be looked at first; one query."""
    rows = handed_in().filter(case__in=[case.pk for case in cases], clock__isnull=False).select_related("clock")
    return {row.case_id: row.clock for row in rows.order_by("-clock__due_at", "-id") if row.clock}


def open_questions() -> QuerySet[WindowQuestion]:
    """What the window still has to answer: when the step that asked is over, nobody waits for it."""
    return WindowQuestion.objects.filter(answered_at=None, step__status__in=[S.OPEN, S.PROPOSED])


def question_clocks(cases: Iterable[Case]) -> dict[int, Clock]:
    """By case the limit of the question that is to be answered first; one query."""
    asked = open_questions().filter(step__case__in=[case.pk for case in cases], clock__isnull=False)
    rows = asked.select_related("clock", "step").order_by("clock__due_at", "id")
    return {row.step.case_id: row.clock for row in reversed(list(rows)) if row.clock}


def filtered(cases: CaseQuerySet, filters: Filters, *, at: datetime | None = None) -> CaseQuerySet:
    """``filters`` are cleaned values of ``light``, ``matter``, ``department``, ``clerk`` and ``q``, any missing."""
    if light := filters.get("light"):
        # No clock of these runs any more, so none of them shows a light.
        cases = cases.exclude(status__in=FINISHED_STATUSES)
        cases = cases.filter(light_q(light, at or now(), "clock__"))
    for field in ("matter", "department", "clerk"):
        if value := filters.get(field):
            cases = cases.filter(**{field: value})
    if words := (filters.get("q") or "").strip():
        cases = cases.filter(_named(words))
    return cases


# What can only be the beginning of a case number; then no name needs to be looked through.
CASE_NUMBER = re.compile(r"BJ\d{4,}")


def _named(words: str) -> Q:
    """Number (its beginning or whole), name of the firm or of the project.

    Sub-selects rather than joins: a disjunction over three joined tables reads all of them.
    """
    number = Q(number__startswith=words.upper())
    if CASE_NUMBER.fullmatch(words.upper()):
        return number
    return (
        number
        | Q(enterprise__in=Enterprise.objects.filter(name__icontains=words).values("pk"))
        | Q(project__in=Project.objects.filter(name__icontains=words).values("pk"))
    )


def desk_counts(cases: CaseQuerySet) -> dict[str, int]:
    """Rows of every tab in three statements, however many cases there are."""
    by_status = dict(cases.order_by().values_list("status").annotate(rows=Count("pk")))
    counts = {tab.code: sum(by_status.get(status, 0) for status in tab.statuses) for tab in DESK_TABS}
    for code in (QUESTIONS, DEFERRALS):
        counts[code] = in_tab(cases, tab_of(DESK_TABS, code)).order_by().count()
    return counts


def desk_rows(cases: CaseQuerySet, tab: Tab, green: Collection[int] = ()) -> CaseQuerySet:
    """A tab's rows: by due date where a clock runs, else the oldest first; finished ones newest first.

    Cases of the projects ``green`` come before all others, but among the finished.
    """
    rows = in_tab(cases, tab)
    if tab.duty:
        # Says that the clock is there and open, so that it can be read in the order of its index.
        rows = rows.filter(clock__kind=tab.duty, clock__finished_at__isnull=True)
        return _green_first(rows, "project", green, "clock__due_at", "id")
    if tab.code == QUESTIONS:
        asked = open_questions().filter(step__case=OuterRef("pk")).order_by("clock__due_at")
        return _green_first(rows, "project", green, Subquery(asked.values("clock__due_at")[:1]), "clock__due_at", "id")
    if tab.code == "notice":
        # The clock is that of the notice, then that of the objections: no index of one kind would do.
        return _green_first(rows, "project", green, "clock__due_at", "id")
    if tab.code == DEFERRALS:
        checks = handed_in().filter(case=OuterRef("pk")).order_by("clock__due_at")
        return _green_first(rows, "project", green, Subquery(checks.values("clock__due_at")[:1]), "id")
    return rows.order_by("-id") if tab.code == FINISHED else _green_first(rows, "project", green, "id")


def green_projects() -> frozenset[int]:
    """Projects that go first today (绿色通道); one statement. They are few: a leader gave each of them."""
    return frozenset(GreenChannel.objects.in_force().values_list("project_id", flat=True))


def _green_first(rows: Rows, project: str, green: Collection[int], *order: Any) -> Rows:
    """Without any the order is left as it was, so that it can still be read from its index."""
    if not green:
        return rows.order_by(*order)
    first = When(**{f"{project}__in": list(green)}, then=Value(0))
    return rows.order_by(Rank(first, default=Value(1)), *order)


def review_steps(user: User) -> StepQuerySet:
    """Steps of the departments in which ``user`` reviews, approves or heads."""
    return Step.objects.filter(department__in=user.department_ids_as(*WORKS_IN_DEPARTMENT))


def in_review_tab(steps: StepQuerySet, tab: Tab, user: User) -> StepQuerySet:
    if tab.code == "mine":
        return steps.to_do().filter(handler=user)
    return steps.filter(status__in=tab.statuses)


def review_counts(steps: StepQuerySet, user: User) -> dict[str, int]:
    """Rows of every tab in two statements."""
    by_status = dict(
        steps.filter(status__in=[S.OPEN, S.PROPOSED, S.DONE])
        .order_by()
        .values_list("status")
        .annotate(rows=Count("pk"))
    )
    counts = {tab.code: sum(by_status.get(status, 0) for status in tab.statuses) for tab in REVIEW_TABS}
    counts["mine"] = in_review_tab(steps, tab_of(REVIEW_TABS, "mine"), user).order_by().count()
    return counts


def review_rows(steps: StepQuerySet, tab: Tab, user: User, green: Collection[int] = ()) -> StepQuerySet:
    """By due date, those of the projects ``green`` first; those done newest first."""
    rows = in_review_tab(steps, tab, user)
    if tab.code == "done":
        return rows.order_by("-finished_at", "-id")
    return _green_first(rows, "case__project", green, "clock__due_at", "id")


def filtered_steps(steps: StepQuerySet, filters: Filters, *, at: datetime | None = None) -> StepQuerySet:
    """``filters`` are cleaned values of ``light``, ``matter`` and ``q``, any missing."""
    if light := filters.get("light"):
        steps = steps.filter(light_q(light, at or now(), "clock__"))
    if matter := filters.get("matter"):
        steps = steps.filter(case__matter=matter)
    if words := (filters.get("q") or "").strip():
        steps = steps.filter(case__in=Case.objects.filter(_named(words)).values("pk"))
    return steps


def phrases(version: MatterVersion, kind: str) -> list[str]:
    """Ready phrases of a matter in the reader's language; ``kind`` is "correction" or "refusal"."""
    key = "text_en" if reads_english() else "text"
    return [row[key] for row in version.content.get(f"{kind}_phrases", ())]


def questions_of(case: Case) -> QuerySet[WindowQuestion]:
    """What departments asked the window about this case, answered or not, oldest first."""
    return (
        WindowQuestion.objects.filter(step__case=case)
        .select_related("step__department", "asked_by", "answered_by", "clock")
        .order_by("id")
    )
