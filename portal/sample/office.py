"""The office of the sample hall: tasks in every state, papers under way, notices that some have read."""

from datetime import datetime, timedelta

from accounts.actors import Actor
from accounts.models import Department, Role
from approvals.models import Case
from common.time import now, pretend, start_of_day, today
from deadlines import calendars
from office import services
from office.models import PaperHandover, StaffNotice, Task
from office.services import NoticeText, PaperSpec, TaskSpec, Verdict
from portal.sample.people import Staff

TASKS = (
    ("核实临港片区在建项目用地手续", "请逐项核实临港片区在建项目用地手续办理情况，列出尚未完成的事项和预计完成时间。"),
    ("提供供水供电接入方案", "请就渤海智能装备项目提出供水、供电接入方案，并说明所需时间。"),
    ("梳理施工许可办理堵点", "请梳理近三个月施工许可办理中反复补正的材料，提出改进建议。"),
)


def make_office(staff: Staff) -> None:
    """Played over the last days by the people of the start page."""
    _tasks(staff)
    _papers(staff)
    _notices(staff)


def _ago(workdays: int, hour: int = 9) -> datetime:
    """So many working days ago; never later than now."""
    day, calendar = today(), calendars.current()
    while workdays:
        day -= timedelta(days=1)
        workdays -= calendar.is_workday(day)
    return min(start_of_day(day) + timedelta(hours=hour), now())


def _department(code: str) -> Department:
    return Department.objects.get(code=code)


def _tasks(staff: Staff) -> None:
    director, leader = Actor(staff.at(Role.DIRECTOR, "hall")), Actor(staff.at(Role.LEADER, "office"))
    head, reviewer = Actor(staff.at(Role.HEAD, "housing")), Actor(staff.at(Role.REVIEWER, "housing"))
    with pretend(_ago(7)):
        (late,) = _give(director, 0, department_id=_department("planning").pk, days=5)
    with pretend(_ago(4)):
        lead, *_rest = services.assign_tasks(
            actor=leader,
            tasks=[
                _spec(1, department_id=_department("housing").pk, days=6),
                _spec(1, department_id=_department("planning").pk, days=6, role_in=Task.Part.ASSIST),
            ],
        )
    with pretend(_ago(3)):
        services.take_task(actor=reviewer, task=lead)
        services.take_task(actor=Actor(staff.at(Role.HEAD, "planning")), task=late)
    with pretend(_ago(2)):
        (mine,) = _give(head, 2, handler_id=reviewer.user_id, days=4)
        (closed,) = _give(
            director,
            2,
            department_id=_department("window-project").pk,
            role=Role.CLERK,
            days=3,
            title="报送窗口人员排班表",
        )
    clerk = Actor(staff.at(Role.CLERK, "window-project"))
    with pretend(_ago(1)):
        services.ask_more_days(actor=reviewer, task=mine, days=2, reason="需调取近三个月办件补正记录。")
        services.answer_task(actor=clerk, task=closed, text="下周排班表已报送，周一、周五各增加一名导办人员。")
    with pretend(_ago(1, 15)):
        services.close_task(actor=director, task=closed)
        services.answer_task(
            actor=reviewer, task=lead, text="供水可由泰山路主管接入，供电需新建开闭所一座，预计45个工作日。"
        )


def _spec(position: int, **fields: object) -> TaskSpec:
    title, text = TASKS[position]
    return TaskSpec(**{"title": title, "text": text, **fields})  # type: ignore[arg-type]


def _give(actor: Actor, position: int, **fields: object) -> list[Task]:
    return services.assign_tasks(actor=actor, tasks=[_spec(position, **fields)])


def _papers(staff: Staff) -> None:
    clerk, reviewer = Actor(staff.at(Role.CLERK, "window-project")), Actor(staff.at(Role.REVIEWER, "housing"))
    window, housing = _department("window-project"), _department("housing")
    cases = list(Case.objects.filter(department=housing).exclude(accepted_at=None).order_by("-accepted_at", "id")[:3])
    specs = [
        PaperSpec(
            name=name, copies=copies, is_original=original, subject=("approvals.case", case.pk),
            subject_title=case.number,
        )
        for case, (name, copies, original) in zip(
            cases, (("施工图设计文件", 2, False), ("建设工程规划许可证", 1, True), ("施工合同", 1, False)), strict=False
        )
    ]  # fmt: skip
    if not specs:
        return
    with pretend(_ago(3, 10)):
        first = _send(clerk, window, housing, specs)
    with pretend(_ago(2, 10)):
        services.sign_for_papers(
            actor=reviewer,
            handover=first,
            verdicts={
                line.pk: Verdict("missing", "档案袋内未见此件。") if position == 0 else Verdict("received")
                for position, line in enumerate(first.lines.all())
            },
        )
    with pretend(_ago(0, 9)):
        _send(clerk, window, housing, [PaperSpec(name="工程质量监督手续", subject_title=cases[0].number)])


def _send(actor: Actor, origin: Department, target: Department, specs: list[PaperSpec]) -> PaperHandover:
    return services.hand_over_papers(actor=actor, from_department=origin, to_department=target, new=specs)


def _notices(staff: Staff) -> None:
    director, head = Actor(staff.at(Role.DIRECTOR, "hall")), Actor(staff.at(Role.HEAD, "housing"))
    with pretend(_ago(4)):
        duty = _publish(
            director, "窗口延时服务安排", "自下周起，综合窗口每周三延时服务至19:00，请各部门安排人员值守。", pinned=True
        )
    with pretend(_ago(2)):
        _publish(
            head,
            "内部审查要点更新",
            "消防设计审查要点已更新，请审查人员阅读后执行。",
            departments=[_department("housing")],
        )
    with pretend(_ago(1)):
        for role, code in ((Role.CLERK, "window-project"), (Role.HEAD, "housing"), (Role.HEAD, "planning")):
            services.confirm_read(actor=Actor(staff.at(role, code)), notice=duty, version=1)


def _publish(
    actor: Actor, title: str, text: str, *, departments: list[Department] | None = None, pinned: bool = False
) -> StaffNotice:
    content = NoticeText(
        title=title, text=text, importance=StaffNotice.Importance.IMPORTANT, read_by=calendars.current().add(today(), 5)
    )
    return services.publish_notice(actor=actor, content=content, departments=departments or [], is_pinned=pinned)
