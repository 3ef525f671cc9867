"""One joint handling of the sample: acceptances at completion (联合验收), with a request for more time."""

from accounts.actors import Actor
from accounts.models import Department, Role
from approvals import jointly, services
from approvals.models import Application, Case, Matter
from portal.sample.people import Staff

LEAD = "housing"
PROMISED_DAYS = 30


def make_joint_handling(staff: Staff) -> None:
    """Put the cases of the first application at completion that can be under one limit.

    Its lead asks for ten days more, so that the leader finds something to decide on.
    """
    found = _first_group()
    if found is None:
        return
    application, cases, departments = found
    lead = next((one for one in departments if one.code == LEAD), cases[0].department)
    joint = services.start_joint_handling(
        actor=Actor(staff.at(Role.CLERK, "window-project")),
        application=application,
        cases=cases,
        lead_department=lead,
        promised_days=PROMISED_DAYS,
    )
    services.ask_joint_extension(
        actor=Actor(staff.at(Role.REVIEWER, lead.code)),
        joint=joint,
        days=10,
        reason="消防设施现场评定发现问题，企业整改后需要组织复验。",
    )


def _first_group() -> tuple[Application, list[Case], list[Department]] | None:
    """The first with two cases and two departments, led by housing where there is such a one."""
    rows = Application.objects.filter(cases__matter__stage=Matter.Stage.COMPLETION).distinct().order_by("pk")
    groups = []
    for application in rows.select_related("project", "enterprise"):
        cases = jointly.eligible_cases(application)
        departments = jointly.concerned_departments(cases) if len(cases) > 1 else []
        if len(departments) > 1:
            groups.append((application, cases, departments))
    led = [group for group in groups if LEAD in {one.code for one in group[2]}]
    return next(iter(led or groups), None)
