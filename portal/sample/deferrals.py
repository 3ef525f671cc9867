"""Papers that follow later (容缺), a case in every state: running, handed in, held back, filled, failed with a bar."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Role
from approvals import gaps, services, themes
from approvals.models import Application, Case, Deferral, MaterialFile, Matter
from approvals.models.application import FORM_PAPER
from approvals.needs import running_cases
from approvals.services.drafting import choose_matters, start_application
from common.time import now, pretend, start_of_day
from deadlines import calendars
from portal.sample.cases import FINISHED, Stage
from portal.sample.filling import fill_in
from projects.models import Project

# Working days since submission, working days promised, and what happens with the paper.
PLAYS = (
    (4, 12, "running"),
    (6, 12, "handed_in"),
    (9, 14, "held"),
    (12, 8, "filled"),
    (16, 6, "failed"),
)


def make_deferrals(stage: Stage, projects: Sequence[tuple[Project, Actor]]) -> None:
    """One application for each play, with a matter whose papers may follow, each for another firm."""
    found = _candidates(projects)
    for (age, days, turn), (project, actor, matter) in zip(PLAYS, found, strict=False):
        start = _workdays_ago(age)
        with pretend(start):
            case = _submit(stage, project, actor, matter, days)
        _play(stage, case, actor, start, turn)


def _candidates(projects: Sequence[tuple[Project, Actor]]) -> Iterator[tuple[Project, Actor, Matter]]:
    """Projects without a draft, of one firm only once, with a matter that lets a paper follow and is free."""
    rows = Matter.objects.offered().select_related("current")
    offered = [matter for matter in rows if matter.current and _fits(matter.current.content)]
    firms: set[int] = set()
    for project, actor in reversed(projects):
        taken = running_cases(project)
        matter = next((one for one in offered if one.pk not in taken and _waits_for_nothing(project, one)), None)
        drafts = Application.objects.filter(project=project, status=Application.Status.DRAFT)
        new = project.declared_at is None or project.declared_at > _workdays_ago(PLAYS[-1][0])
        if new or matter is None or project.enterprise_id in firms or drafts.exists():
            continue
        firms.add(project.enterprise_id)
        yield project, actor, matter


def _waits_for_nothing(project: Project, matter: Matter) -> bool:
    """Whether the window gets it at once, whatever else the project has applied for."""
    theme = themes.pick(project, [matter.code])
    application = Application(project=project, theme_id=theme.current_id if theme else None)
    return not themes.prerequisites(application, [matter.code])[matter.code].all


def _fits(content: dict[str, Any]) -> bool:
    """Lets a paper follow, and asks for nothing else that would keep it at the window."""
    stops = content.get("needs_project_code") or content.get("notice")
    return not stops and bool(gaps.rules_of([content]))


def _submit(stage: Stage, project: Project, actor: Actor, matter: Matter, days: int) -> Case:
    """Everything handed in but the papers that may follow; these are promised and signed for."""
    application = start_application(actor=actor, project=project)
    application = choose_matters(actor=actor, application=application, codes=[matter.code])
    assert matter.current is not None
    later = gaps.rules_of([matter.current.content])
    code = next(iter(later))
    until = min(later[code].last, calendars.current().add(timezone.localdate(now()), days))
    MaterialFile.objects.bulk_create(
        MaterialFile(material=material, file=stage.scan, added_by=actor.person, added_at=now())
        for material in application.materials.filter(required=True).exclude(code__in=[code, FORM_PAPER])
    )
    application = fill_in(application, actor)
    services.mark_later(actor=actor, material=application.materials.get(code=code), until=until)
    promise = gaps.promise_of(application)
    assert promise is not None
    signature = services.Signature(actor.person.name, agreed=True, seen=promise.digest)
    (case,) = services.submit_application(actor=actor, application=application, signature=signature)
    return case


def _play(stage: Stage, case: Case, firm: Actor, start: datetime, turn: str) -> None:
    clerk = Actor(stage.staff.at(Role.CLERK, "window-project"))
    with pretend(start + timedelta(hours=1)):
        promised = case.deferrals.values("material")
        findings = {row.pk: ("complete", "") for row in case.materials.exclude(pk__in=promised)}
        services.check_materials(actor=clerk, case=case, findings=findings)
        services.accept_case(actor=clerk, case=case, hand_over=True)
    row = Deferral.objects.select_related("material__material").get(case=case)
    if turn in ("held", "filled"):
        _review(stage, case, start)
    if turn in ("handed_in", "filled"):
        with pretend(_workdays_ago(1) if turn == "handed_in" else start + timedelta(days=2)):
            _hand_in(stage, row, firm)
    if turn == "filled":
        with pretend(start + timedelta(days=3)):
            services.confirm_paper(actor=clerk, deferral=row)
    # What failed is found by the sweep at the end, as in the hall itself.


def _hand_in(stage: Stage, row: Deferral, firm: Actor) -> None:
    assert row.material is not None
    MaterialFile.objects.create(material=row.material.material, file=stage.scan, added_by=firm.person, added_at=now())
    services.hand_in_paper(actor=firm, deferral=row)


def _review(stage: Stage, case: Case, start: datetime) -> None:
    """The departments go through all their steps in the days after the acceptance."""
    moment = start + timedelta(hours=2)
    for _gap, _name, act in stage.review(case, FINISHED):
        moment += timedelta(hours=1)
        with pretend(min(moment, now())):
            act()


def _workdays_ago(days: int) -> datetime:
    day = calendars.current().add(timezone.localdate(now()), -days)
    return start_of_day(day) + timedelta(hours=10)
