"""The plan of a project as pages and the API show it: what is planned, in which way, what became of it. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals import needs, themes
from approvals.catalogue.model import Theme
from approvals.models import Application, ApplicationMatter, Case, Matter, Plan
from approvals.planning.actual import CaseFact, Forecast, cases_of, forecast
from approvals.planning.comparing import CONSTRUCTION_PERMIT, Comparison, Saved, construction_start
from approvals.planning.content import schedules_from_json
from approvals.planning.holders import holders_of
from approvals.planning.reading import Planned, chosen_matters, comparison_of, offered_matter
from approvals.planning.schedule import Dates, Schedule, Way
from common.bilingual import pick
from common.time import today
from deadlines import calendars
from deadlines.workdays import Calendar
from projects.models import Project

WAYS = {
    Way.SEQUENTIAL: gettext_lazy("One after the other"),
    Way.PARALLEL: gettext_lazy("Side by side"),
    Way.DEFERRAL: gettext_lazy("Side by side, certificates follow"),
}
NEEDED, DRAFT = "needed", "draft"
# Completion acceptance follows building, and no plan of the hall knows how long that takes.
LATER = (Matter.Stage.COMPLETION.value,)


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be planned: ``key`` is "needed", "draft" or the id of an application that was handed in."""

    key: str
    label: str
    submitted: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One case against its plan. ``ahead``: working days before the planned delivery, negative behind, None unknown.

    ``expected`` is what has happened and what can be expected from today; None where it came to nothing or is
    ``blocked`` by something that did.
    """

    case: CaseFact
    status: str
    expected: Dates | None
    blocked: bool
    holder: str
    ahead: int | None

    @property
    def behind(self) -> int:
        return -self.ahead if self.ahead is not None and self.ahead < 0 else 0


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """``ways`` is empty where there is nothing to plan. ``lawful`` are working days with the limits of the law.

    ``names`` are of matters by code, ``steps`` of their steps by both codes; ``facts`` are by code of the matter, of a
    submitted application. ``expected_start`` is when building may begin as things stand.
    """

    project: Project
    subject: Subject
    subjects: tuple[Subject, ...]
    names: Mapping[str, str]
    steps: Mapping[tuple[str, str], str]
    ways: Mapping[Way, Schedule]
    lawful: Mapping[Way, int]
    way: Way
    facts: Mapping[str, Fact]
    expected_start: date | None
    today: date
    calendar: Calendar

    @property
    def schedule(self) -> Schedule | None:
        return self.ways.get(self.way)

    def saved(self, way: Way) -> Saved:
        return Comparison(self.ways, {}).saved(way)

    @property
    def construction(self) -> dict[Way, date | None]:
        """By way the day by which the construction permit is there; None for a plan without one."""
        return {way: construction_start(plan) for way, plan in self.ways.items()}

    @property
    def start_to_compare(self) -> date | None:
        """What stands against the wanted start: as things stand, or by the plan before anything is handed in."""
        return self.expected_start or self.construction.get(self.way)

    @property
    def wish_days(self) -> int | None:
        """Calendar days by which the wanted start lies after the earliest one, negative before it."""
        earliest, wish = self.start_to_compare, self.project.planned_start
        return (wish - earliest).days if earliest and wish else None


def plan_of(project: Project, user: User, *, key: str = "", way: str = "") -> ProjectPlan:
    """The plan that ``key`` names, else the newest: what was handed in last, the draft, what the project needs.

    A number of statements that does not grow with matters or cases. A draft is seen only by those who may.
    """
    calendar, now = calendars.current(), today()
    rows = _applications(project, user)
    cases = cases_of(project.pk)
    running = forecast(cases, calendar, now)
    subjects = _subjects(rows)
    subject = next((one for one in subjects if one.key == key), subjects[0])
    row = next((one for one in rows if _key(one) == subject.key), None)
    names = {fact.code: fact.planned.label for fact in cases}
    names |= {code: pick(one, one_en) for code, one, one_en in Matter.objects.values_list("code", "name", "name_en")}
    ways, lawful = _ways(project, row, cases, running, calendar, now)
    return ProjectPlan(
        project=project,
        subject=subject,
        subjects=tuple(subjects),
        names=names,
        steps=_step_names(ways),
        ways=ways,
        lawful=lawful,
        way=_way(way, row),
        facts=_facts(row, cases, running, names, ways, calendar) if row and subject.submitted else {},
        expected_start=_expected_start(cases, running),
        today=now,
        calendar=calendar,
    )


def _step_names(ways: Mapping[Way, Schedule]) -> dict[tuple[str, str], str]:
    """Of the versions in force: names of steps hardly change, and a plan that was frozen keeps codes."""
    codes = [item.code for item in ways[Way.PARALLEL].items] if ways else []
    rows = Matter.objects.filter(code__in=codes, current__isnull=False).values_list("code", "current__content__steps")
    return {(code, step["code"]): pick(step["name"], step["name_en"]) for code, steps in rows for step in steps}


def _applications(project: Project, user: User) -> list[Application]:
    """Newest first. What was handed in everybody sees who sees the project; drafts only those who work on them."""
    drafts = Application.objects.visible_to(user).filter(project=project, status=Application.Status.DRAFT)
    handed_in = Application.objects.filter(project=project, status=Application.Status.SUBMITTED)
    rows = Application.objects.filter(pk__in=drafts.values("pk")) | handed_in
    return list(rows.select_related("plan").order_by("-id"))


def _key(row: Application) -> str:
    return str(row.pk) if row.status == Application.Status.SUBMITTED else DRAFT


def _subjects(rows: Sequence[Application]) -> list[Subject]:
    found = [
        Subject(_key(row), row.number or "", submitted=True)
        if row.status == Application.Status.SUBMITTED
        else Subject(DRAFT, _("Draft application"), submitted=False)
        for row in rows
    ]
    if not any(row.status == Application.Status.DRAFT for row in rows):
        found.append(Subject(NEEDED, _("What the project still needs"), submitted=False))
    return found


def _way(wanted: str, row: Application | None) -> Way:
    """The way asked for, else the one that the application goes."""
    if wanted in list(Way):
        return Way(wanted)
    return Way.DEFERRAL if row is not None and row.overlap else Way.PARALLEL


def _ways(
    project: Project,
    row: Application | None,
    cases: Sequence[CaseFact],
    running: Forecast,
    calendar: Calendar,
    now: date,
) -> tuple[Mapping[Way, Schedule], Mapping[Way, int]]:
    if row is not None and row.status == Application.Status.SUBMITTED:
        return _frozen(row)
    planned = _planned(project, row)
    theme = _theme(project, row, planned)
    found = comparison_of(planned, theme, now, given=running.coming, there=running.there, calendar=calendar)
    if found is None:
        return {}, {}
    return found.ways, {way: one.workdays for way, one in found.lawful.items()}


def _theme(project: Project, row: Application | None, planned: Sequence[Planned]) -> Theme | None:
    """The order of a draft stands on it since its matters were chosen; what is only needed has that of today."""
    if row is not None and row.chosen.exists():
        return themes.content_of(row.theme_id) if row.theme_id else None
    picked = themes.pick(project, [one.code for one in planned])
    return themes.content_of(picked.current_id) if picked and picked.current_id else None


def _frozen(row: Application) -> tuple[Mapping[Way, Schedule], Mapping[Way, int]]:
    """As it was laid out when handed in; nothing for what is older than plans are."""
    plan: Plan | None = getattr(row, "plan", None)
    if plan is None:
        return {}, {}
    lawful = {way: plan.content["lawful"][str(way)]["workdays"] for way in Way}
    return schedules_from_json(plan.content), lawful


def _planned(project: Project, row: Application | None) -> list[Planned]:
    """The matters chosen, or, where nothing is chosen yet, those that the project still needs."""
    chosen = chosen_matters(row.chosen.all() if row else ApplicationMatter.objects.none())
    if chosen:
        return chosen
    found = needs.evaluate(project)
    return [
        offered_matter(need.matter, need.content)
        for need in found
        if need.answer is True and need.running is None and need.matter.stage not in LATER
    ]


def _facts(
    row: Application,
    cases: Sequence[CaseFact],
    running: Forecast,
    names: Mapping[str, str],
    ways: Mapping[Way, Schedule],
    calendar: Calendar,
) -> dict[str, Fact]:
    mine = [fact for fact in cases if fact.application == row.pk]
    holders = holders_of(mine, names)
    baseline = ways.get(_way("", row))
    planned = baseline.by_code if baseline else {}
    return {
        fact.code: Fact(
            case=fact,
            status=str(Case.Status(fact.status).label),
            expected=None if fact.came_to_nothing else running.dates.get(fact.pk),
            blocked=fact.pk in running.blocked,
            holder=holders[fact.pk],
            ahead=_ahead(planned.get(fact.code), running.dates.get(fact.pk), calendar),
        )
        for fact in mine
    }


def _ahead(planned: Dates | None, expected: Dates | None, calendar: Calendar) -> int | None:
    if planned is None or expected is None:
        return None
    return calendar.count(expected.delivered, planned.delivered)


def _expected_start(cases: Iterable[CaseFact], running: Forecast) -> date | None:
    found = [
        running.dates[fact.pk].delivered
        for fact in cases
        if fact.code == CONSTRUCTION_PERMIT and not fact.refused and fact.pk in running.dates
    ]
    return found[-1] if found else None
