"""The whole sample, in order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from approvals import facts
from approvals.catalogue.conditions import applies
from approvals.models import Matter
from common.time import now, start_of_day
from deadlines import calendars, sweep
from deadlines.services import run_stand_ins
from deadlines.workdays import Calendar
from files.previewing import make_previews
from files.services import store
from notifications.models import Message
from portal.sample.agency import make_agency
from portal.sample.cases import FINISHED, RUNNING, Stage
from portal.sample.coordination import make_coordination
from portal.sample.deferrals import make_deferrals
from portal.sample.firms import make_firms
from portal.sample.joint import make_joint_handling
from portal.sample.keyprojects import make_key_projects
from portal.sample.office import make_office
from portal.sample.people import enter_leave, make_staff
from portal.sample.projects import make_projects
from portal.sample.reception import make_reception
from portal.sample.scan import scan_pdf
from portal.sample.special import make_special_ways
from portal.sample.visits import make_visits
from projects.models import Project
from projects.models import Stage as ProjectStage

SEED = 20260101
ORDER = [ProjectStage.LAND, ProjectStage.DESIGN, ProjectStage.CONSTRUCTION, ProjectStage.COMPLETION]
FINISHED_PER_STAGE = 2

Progress = Callable[[str], None]


@transaction.atomic
def load_sample(say: Progress) -> None:
    """Fill an empty hall. One transaction: interrupted, it leaves nothing behind."""
    random = Random(SEED)  # noqa: S311  (a sample must come out the same)
    staff = make_staff(random)
    say("people")
    firms = make_firms(random, staff)
    say("firms")
    projects = make_projects(random, firms)
    say("projects")
    scan = store(actor=Actor(staff.investor), upload=SimpleUploadedFile("样例材料.pdf", scan_pdf(), "application/pdf"))
    # Drawn once and at once: every paper of the sample is this one file.
    make_previews(scan.pk)
    stage = Stage(staff, random, scan)
    declared = [(project, actor) for project, actor in projects if project.status == Project.Status.DECLARED]
    for position, (project, actor) in enumerate(declared):
        _play_project(stage, project, actor, position)
        if position % 10 == 9:
            say(f"cases of {position + 1} projects")
    make_special_ways(staff, projects, scan)
    make_joint_handling(staff)
    make_deferrals(stage, declared)
    say("deferrals")
    make_visits(random, staff, firms)
    say("visits")
    make_reception(staff)
    say("reception")
    make_office(staff)
    say("office")
    make_agency(staff, declared, stage)
    say("full agency")
    enter_leave(staff)
    make_key_projects(staff)
    say("key projects")
    make_coordination(staff)
    say("coordination")
    _settle()


def _play_project(stage: Stage, project: Project, actor: Actor, position: int) -> None:
    """Stages already behind it are finished; in the one it has reached, cases stand in every state."""
    needed = _needed(project)
    reached = position % 5
    current = calendars.current()
    start = timezone.localtime(project.declared_at).replace(hour=9, minute=position % 50)
    pace = (now() - start) / (reached + 1)
    for index, name in enumerate(ORDER[: reached + 1]):
        codes = [m.code for m in needed if m.stage == name and not _needs_missing_code(m, project)]
        turn = position % len(codes) if codes else 0
        codes = codes[turn:] + codes[:turn]
        if index < reached:
            some = codes[: 1 + position % FINISHED_PER_STAGE]
            stage.put_on(project, actor, some, start + pace * index, [FINISHED] * len(some))
        else:
            age, plays = RUNNING[(position + position // 5) % len(RUNNING)]
            stage.put_on(project, actor, codes[: len(plays)], _workdays_ago(current, age), plays)


def _needed(project: Project) -> list[Matter]:
    known = facts.known(project)
    offered = Matter.objects.offered().select_related("current")
    return [matter for matter in offered if matter.current and applies(matter.current.content["when"], known)]


def _needs_missing_code(matter: Matter, project: Project) -> bool:
    content = matter.current.content if matter.current else {}
    return bool(content.get("needs_project_code")) and not project.national_code


def _workdays_ago(calendar: Calendar, days: int) -> datetime:
    day = now().date()
    while days:
        day -= timedelta(days=1)
        days -= calendar.is_workday(day)
    return start_of_day(day) + timedelta(hours=10)


def _settle() -> None:
    """After the play: what is overdue fires its rungs; the past's messages are old news.

    Sample people have no mailboxes, so mail to them is dropped rather than sent.
    """
    run_stand_ins()
    sweep.run()
    Message.objects.filter(channel="email").delete()
    Message.objects.filter(created_at__lt=now() - timedelta(days=3), read_at=None).update(read_at=now())
