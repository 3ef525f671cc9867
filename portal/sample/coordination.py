"""Instructions and meetings of the sample hall: one in each hand, a green channel, a meeting behind and one ahead."""

from datetime import datetime, timedelta

from accounts.actors import Actor
from accounts.models import Department, Role
from common.time import now, pretend, start_of_day, today
from coordination import subjects
from coordination.models import Instruction, Meeting
from coordination.services import agenda, instructions, meetings, minutes
from coordination.services.green import open_green_channel
from coordination.services.instructions import PartSpec, Words
from coordination.services.meetings import Plan
from coordination.services.minutes import Resolution
from deadlines import calendars
from portal.sample.people import Staff
from projects.models import Project
from projects.selectors import open_problems

WORDS = (
    "该项目是今年重点项目，请规划部门牵头，住建部门配合，十日内解决用地红线调整问题。",
    "请住建部门牵头梳理施工许可堵点，提出提速措施报我。",
    "请尽快协调临时用电，确保设备按期进场。",
)


def make_coordination(staff: Staff) -> None:
    """Played over the last days by the people of the start page."""
    projects = list(Project.objects.declared().exclude(status="withdrawn").order_by("pk")[:3])
    if len(projects) < len(WORDS):
        return
    director, leader = Actor(staff.at(Role.DIRECTOR, "hall")), Actor(staff.at(Role.LEADER, "office"))
    with pretend(_ago(5)):
        first = _give(leader, director, projects[0], WORDS[0], Instruction.Urgency.URGENT)
    until = today() + timedelta(days=90)
    with pretend(_ago(4)):
        _divide(director, first)
        open_green_channel(actor=leader, project=projects[0], reason="市级重点项目，年内开工", ends_on=until)
    with pretend(_ago(1)):
        _give(leader, director, projects[1], WORDS[1], Instruction.Urgency.ORDINARY)
        _give(leader, director, projects[2], WORDS[2], Instruction.Urgency.MOST_URGENT)
    _meetings(director, leader, projects[0])


def _ago(workdays: int, hour: int = 9) -> datetime:
    day, calendar = today(), calendars.current()
    while workdays:
        day -= timedelta(days=1)
        workdays -= calendar.is_workday(day)
    return min(start_of_day(day) + timedelta(hours=hour), now())


def _give(leader: Actor, director: Actor, project: Project, text: str, urgency: str) -> Instruction:
    subject = subjects.require(leader.person, "projects.project", project.pk)
    words = Words(text, director.person, urgency)
    row = instructions.write_instruction(actor=leader, subject=subject, words=words)
    return instructions.give_instruction(actor=leader, instruction=row)


def _divide(director: Actor, instruction: Instruction) -> None:
    lead, other = (Department.objects.get(code=code) for code in ("planning", "housing"))
    instructions.divide_instruction(
        actor=director,
        instruction=instruction,
        lead=PartSpec(lead, "牵头提出用地红线调整方案，汇总后报告。", 10),
        assisting=[PartSpec(other, "核对总平面图与红线的关系。", 5)],
    )


def _meetings(director: Actor, leader: Actor, project: Project) -> None:
    # Worked out beforehand: inside a pretended day "ago" would count from there.
    first, over, second, ahead_at = _ago(3, 14), _ago(3, 16), _ago(1, 10), _ahead()
    with pretend(_ago(6)):
        behind = _call(director, leader, project, "重点项目第一次协调会", first)
        agenda.add_item(actor=director, meeting=behind, title="用地红线调整", firm=project.enterprise)
    with pretend(over):
        attended = list(behind.invitations.values_list("pk", flat=True))
        minutes.hold_meeting(actor=director, meeting=behind, attended=attended)
        planning = Department.objects.get(code="planning")
        resolution = Resolution("规划部门十日内完成红线调整初审", 10, department=planning, item=behind.items.get())
        minutes.add_decision(actor=director, meeting=behind, resolution=resolution)
        outcomes = {behind.items.get().pk: "企业说明调整原因，规划部门认可初步方案。"}
        text = "会议听取了项目进展汇报，研究了用地红线调整问题，议定事项如下。"
        minutes.write_minutes(actor=director, meeting=behind, text=text, outcomes=outcomes)
        minutes.submit_minutes(actor=director, meeting=behind)
        minutes.sign_minutes(actor=leader, meeting=behind)
    with pretend(second):
        ahead = _call(director, leader, project, "重点项目第二次协调会", ahead_at)
        agenda.add_problems(actor=director, meeting=ahead, problems=list(open_problems()[:3]))


def _call(director: Actor, leader: Actor, project: Project, title: str, begins: datetime) -> Meeting:
    plan = Plan(
        kind=Meeting.Kind.COORDINATION,
        title=title,
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        place="大厅三楼会议室",
        chair=leader.person,
        secretary=director.person,
    )
    return meetings.call_meeting(actor=director, plan=plan, firms=[project.enterprise])


def _ahead() -> datetime:
    """In the afternoon of the third working day from today."""
    return start_of_day(calendars.current().add(today(), 3)) + timedelta(hours=14)
