"""What the tests of accidents run inside the hall under test."""

from datetime import timedelta

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from common.time import now, today
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm_many

PASSWORD = "dating-2026"


def make_office() -> None:
    """A department with a reviewer and a head, a director, and an administrator who may sign in.

    Only the head has an address: so that a mail goes out for one rung of each duty in the tests
    that look at mails, and thousands of files don't pile up in the others.
    """
    office = Department.objects.create(code="office", name="审批局", name_en="Office", kind="approval")
    for role in (Role.REVIEWER, Role.HEAD, Role.DIRECTOR, Role.ADMINISTRATOR):
        user = User.objects.create(username=str(role), name=str(role))
        Post.objects.create(user=user, department=office, role=role, starts_on=today() - timedelta(days=999))
    User.objects.create_superuser("root", "", PASSWORD)


def arm(count: int, *, batch: str, overdue: bool = True) -> None:
    """``count`` duties under the kind's general rungs: all long past, or due within the hour.

    Their subjects are shared by ten each, as a case has several clocks: so sweeps meet at the ledger.
    """
    office = Department.objects.get(code="office")
    starts_at = now() - timedelta(days=40) if overdue else now()
    arm_many(
        specs=[
            ClockSpec(
                kind=ClockKind.STEP,
                subject=(f"accident.{batch}", number // 10),
                title=f"{batch} {number}",
                department_id=office.pk,
                role=Role.REVIEWER,
                promised=5,
                starts_at=starts_at,
            )
            for number in range(count)
        ],
        actor=Actor.system(),
    )


def sweep_twice_under_one_id() -> None:
    """The same message, delivered twice: what a broker may do."""
    from portal.celery import app

    for _number in range(2):
        app.send_task("deadlines.sweep", task_id="00000000-0000-4000-8000-000000000001")
