"""Groups of cases for tests of joint handling, brought there by the services."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Department, Role, User
from approvals import services
from approvals.models import Case, JointHandling
from common.time import pretend, today
from deadlines.models import Clock, Extension
from notifications.models import Message
from tests.approvals.scene import PARALLEL, Scene
from tests.factories.accounts import make_department, make_post, make_user

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)


def on(text: str) -> Any:
    return pretend(datetime.fromisoformat(text).replace(tzinfo=ZONE))


def group(scene: Scene, count: int = 2, **content: Any) -> list[Case]:
    """Cases of one application, accepted and handed over."""
    content = {"steps": PARALLEL, **content}
    cases = submitted(scene, *(scene.matter(**content) for _ in range(count)))
    for case in cases:
        take_in(scene, case)
    return [scene.fresh(case) for case in cases]


def submitted(scene: Scene, *matters: Any) -> list[Case]:
    return services.submit_application(actor=scene.act(scene.owner), application=scene.draft(*matters))


def take_in(scene: Scene, case: Case) -> None:
    scene.mark_complete(case)
    services.accept_case(actor=scene.act(scene.clerk), case=case, hand_over=True)


def start(scene: Scene, cases: list[Case], **changes: Any) -> JointHandling:
    given: dict[str, Any] = {
        "actor": scene.act(scene.clerk),
        "application": cases[0].application,
        "cases": cases,
        "lead_department": scene.departments["lead"],
        "promised_days": 20,
        **changes,
    }
    return services.start_joint_handling(**given)


def decide(scene: Scene, case: Case) -> Case:
    for code, who in (("a", "lead"), ("b", "planning"), ("c", "city")):
        services.complete_review(actor=scene.act(scene.reviewers[who]), step=scene.step(case, code), agrees=True)
    step = scene.step(case, "decide")
    services.propose_decision(actor=scene.act(scene.reviewer), step=step, decision="granted")
    return services.approve_proposal(actor=scene.act(scene.approver), step=step)


def leader(scene: Scene) -> User:
    user = make_user(name="管委会主任")
    make_post(
        user, make_department("office", kind=Department.Kind.HALL), Role.LEADER, starts_on=today() - timedelta(400)
    )
    return user


def days(clock: Clock) -> tuple[str, str]:
    clock.refresh_from_db()
    assert clock.lawful_due_at
    promised, lawful = (one.astimezone(ZONE).date().isoformat() for one in (clock.due_at, clock.lawful_due_at))
    return promised, lawful


def told(template: str) -> list[str]:
    rows = Message.objects.filter(template=f"approvals.{template}", channel="inapp")
    return sorted(rows.values_list("recipient__name", flat=True))


def ask(scene: Scene, joint: JointHandling, **changes: Any) -> Extension:
    given: dict[str, Any] = {"actor": scene.act(scene.reviewer), "days": 15, "reason": "现场复验需要时间", **changes}
    return services.ask_joint_extension(joint=joint, **given)
