"""All cases of one application side by side, for the lead department and everybody inside. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.models import Department, User
from approvals import stages
from approvals.blocking import Blocker, blockers_of
from approvals.models import Application, Case, Matter, ReviewSession, Step
from approvals.rules import calls_sessions
from approvals.services.sessions import eligible_cases
from common.bilingual import pick


@dataclass(slots=True)
class BoardCase:
    """A case with its steps in order and what it waits for."""

    case: Case
    steps: list[Step] = field(default_factory=list)
    blockers: list[Blocker] = field(default_factory=list)


@dataclass(slots=True)
class BoardStage:
    label: str
    lead: str
    cases: list[BoardCase] = field(default_factory=list)

    @property
    def ended(self) -> int:
        return sum(row.case.status in Case.ENDED for row in self.cases)


def board_of(cases: Sequence[Case]) -> list[BoardStage]:
    """By stage in order; a constant number of statements."""
    waiting = blockers_of(cases)
    rows = {case.pk: BoardCase(case, blockers=waiting.get(case.pk, [])) for case in cases}
    steps = Step.objects.filter(case__in=cases).select_related("department", "clock", "handler")
    for step in steps.order_by("case_id", "position", "id"):
        rows[step.case_id].steps.append(step)
    leads = {stage.code: stage.department for stage in stages.stages()}
    names = {row.code: row.label for row in Department.objects.filter(code__in=leads.values())}
    found: dict[str, BoardStage] = {}
    for code, label in Matter.Stage.choices:
        found[str(code)] = BoardStage(str(label), names.get(leads.get(str(code), ""), ""))
    for row in rows.values():
        found[row.case.matter.stage].cases.append(row)
    return [stage for stage in found.values() if stage.cases]


@dataclass(frozen=True, slots=True)
class ReadySession:
    """A joint review that could be called now."""

    code: str
    name: str
    cases: list[Case]


def ready_sessions(application: Application, user: User) -> list[ReadySession]:
    """Kinds of joint review with two cases ready, none of the kind open, that this person may call."""
    codes = [kind.department for kind in stages.sessions().values()]
    leads = {row.code: row for row in Department.objects.filter(code__in=codes)}
    running = set(application.review_sessions.filter(status=ReviewSession.Status.OPEN).values_list("code", flat=True))
    found = []
    for code, kind in stages.sessions().items():
        lead = leads.get(kind.department)
        if code in running or lead is None or not calls_sessions.test(user, lead):
            continue
        cases = eligible_cases(application, code)
        if len(cases) > 1:
            found.append(ReadySession(code, pick(kind.name, kind.name_en), cases))
    return found


def open_session(case: Case, department_id: int | None = None) -> ReviewSession | None:
    """The open joint review of a case; with a department, only where it is asked in it."""
    rows = ReviewSession.objects.filter(cases=case, status=ReviewSession.Status.OPEN)
    if department_id is not None:
        rows = rows.filter(opinions__department=department_id)
    return rows.first()
