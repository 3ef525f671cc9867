"""The whole sample, in order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from approvals.applicability import needed_matters
from approvals.models import Matter
from common.time import now
from deadlines import calendars, sweep
from files.services import store
from portal.sample.cases import FINISHED, RUNNING, Stage
from portal.sample.firms import make_firms
from portal.sample.people import make_staff
from portal.sample.projects import make_projects
from portal.sample.scan import scan_pdf
from portal.sample.visits import make_visits
from projects.models import Project
from projects.models import Stage as ProjectStage

SEED = 20260101
ORDER = [ProjectStage.LAND, ProjectStage.DESIGN, ProjectStage.CONSTRUCTION, ProjectStage.COMPLETION]
PER_STAGE = 3

Progress = Callable[[str], None]


@transaction.atomic
def load_sample(say: Progress) -> None:
    """Fill an empty hall. One transaction: interrupted, it leaves nothing behind."""
    random = Random(SEED)
    staff = make_staff(random)
    say("people")
    firms = make_firms(random, staff)
    say("firms")
    projects = make_projects(random, firms)
    say("projects")
    scan = store(
        actor=Actor(staff.investor), upload=SimpleUploadedFile("样例材料.pdf", scan_pdf(), "application/pdf")
    )
    stage = Stage(staff, random, scan)
    declared = [(project, actor) for project, actor in projects if project.status == Project.Status.DECLARED]
    for position, (project, actor) in enumerate(declared):
        _play_project(stage, project, actor, position)
        if position % 10 == 9:
            say(f"cases of {position + 1} projects")
    make_visits(random, staff, firms)
    say("visits")


def _play_project(stage: Stage, project: Project, actor: Actor, position: int) -> None:
    """Stages already behind it are finished; in the one it has reached, cases stand in every state."""
    needed = needed_matters(project)
    reached = position % 5
    current = calendars.current()
    start = timezone.localtime(project.declared_at).replace(hour=9, minute=position % 50)
    for index, name in enumerate(ORDER[: reached + 1]):
        codes = [m.code for m in needed if m.stage == name and not _needs_missing_code(m, project)][:PER_STAGE]
        if not codes:
            continue
        if index < reached:
            stage.put_on(project, actor, codes, start, [FINISHED] * len(codes))
            start = start + timedelta(days=30)
        else:
            begin = max(start, _workdays_ago(current, 2 + position % 14))
            offset = position * PER_STAGE
            plays = [RUNNING[(offset + nth) % len(RUNNING)] for nth in range(len(codes))]
            stage.put_on(project, actor, codes, begin, plays)


def _needs_missing_code(matter: Matter, project: Project) -> bool:
    content = matter.current.content if matter.current else {}
    return bool(content.get("needs_project_code")) and not project.national_code


def _workdays_ago(calendar, days: int) -> datetime:  # type: ignore[no-untyped-def]
    day = now().date()
    while days:
        day -= timedelta(days=1)
        days -= calendar.is_workday(day)
    return timezone.make_aware(datetime(day.year, day.month, day.day, 10))


def sweep_once() -> None:
    """Let every rung that the played past has left behind fire now."""
    sweep.run()
