"""Extensions of cases: once, capped, by the right rank, never too late; who is told what."""

from typing import Any

import pytest

from accounts.models import Role
from approvals import services
from approvals.models import Case
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from deadlines.models import Clock, ClockKind, Extension
from ledger.selectors import timeline
from notifications.models import Message
from tests.approvals.march import MONDAY, ZONE, at, due, told
from tests.approvals.scene import LIMITS, PARALLEL, Scene
from tests.clock import HallClock
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock

pytestmark = pytest.mark.django_db
REASON = "案情复杂，需进一步核实"


@pytest.fixture(autouse=True)
def _march(hall_clock: HallClock) -> None:
    """Promised for Monday 17 March, lawful until 31 March."""
    hall_clock.set(MONDAY)


def ask(scene: Scene, case: Case, code: str = "decide", **changes: Any) -> Extension:
    given = {"amount": 5, "reason": REASON, **changes}
    who = given.pop("who", scene.reviewer)
    return services.ask_more_time(actor=scene.act(who), step=scene.step(case, code), **given)


def decide(scene: Scene, extension: Extension, *, approve: bool = True, remark: str = "", who: Any = None) -> Extension:
    return services.decide_more_time(
        actor=scene.act(who or scene.head), extension=extension, approve=approve, remark=remark
    )


def test_approved_by_the_head_both_dates_move_and_everybody_hears(scene: Scene) -> None:
    case = scene.reviewing()
    extension = ask(scene, case)
    assert [REASON in body for body in told(scene.head, "approvals.more_time_asked")] == [True]
    assert told(scene.owner, "approvals.ext") == []
    assert due(case) == ("2025-03-10", "2025-03-17")
    decide(scene, extension)
    assert due(case) == ("2025-03-17", "2025-03-24")
    lawful = Case.objects.get(pk=case.pk).clock.lawful_due_at.astimezone(ZONE).date().isoformat()
    assert lawful == "2025-04-08"
    assert "2025-03-24" in told(scene.reviewer, "approvals.more_time_granted")[0]
    (body,) = told(scene.owner, "approvals.extended")
    assert "2025-03-24" in body
    assert REASON in body
    entry = timeline(case).get(act="case.more_time_told")
    assert (entry.data["extension"], entry.data["due"][:10]) == (extension.pk, "2025-03-24")


def test_refused_with_reasons_nothing_moves_and_the_applicant_hears_nothing(scene: Scene) -> None:
    case = scene.reviewing()
    extension = ask(scene, case)
    with pytest.raises(InvalidInput) as refusal:
        decide(scene, extension, approve=False, remark=" ")
    assert list(refusal.value.errors) == ["remark"]
    decide(scene, extension, approve=False, remark="理由不充分")
    assert due(case) == ("2025-03-10", "2025-03-17")
    assert "理由不充分" in told(scene.reviewer, "approvals.more_time_refused")[0]
    assert told(scene.owner, "approvals.ext") == []
    assert ask(scene, case).status == "asked"


@pytest.mark.parametrize(
    ("changes", "field"), [({"amount": 11}, "amount"), ({"amount": 0}, "amount"), ({"reason": "  "}, "reason")]
)
def test_over_the_cap_or_without_reason_is_refused(scene: Scene, changes: dict[str, Any], field: str) -> None:
    case = scene.reviewing()
    with pytest.raises(InvalidInput) as refusal:
        ask(scene, case, **changes)
    assert list(refusal.value.errors) == [field]
    assert Message.objects.filter(template__startswith="approvals.more_time").count() == 0


def test_only_the_lead_department_asks(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    for code, who in (("b", scene.reviewers["planning"]), ("a", scene.reviewers["planning"]), ("a", scene.approver)):
        with pytest.raises(NotAllowed):
            ask(scene, case, code, who=who)
    assert ask(scene, case, "decide").inner_id is None


def test_only_the_head_of_that_department_decides_and_never_on_the_own_request(scene: Scene) -> None:
    make_post(scene.head, scene.departments["lead"], Role.REVIEWER)
    other = make_user()
    make_post(other, make_department(), Role.HEAD)
    leader = make_user()
    make_post(leader, make_department(), Role.LEADER)
    extension = ask(scene, scene.reviewing(), who=scene.head)
    for who in (scene.head, scene.reviewer, scene.approver, other, leader, scene.owner):
        with pytest.raises(NotAllowed):
            decide(scene, extension, who=who)
    assert Extension.objects.get().status == "asked"


def test_once_only(scene: Scene) -> None:
    case = scene.reviewing()
    extension = ask(scene, case)
    with pytest.raises(TransitionNotAllowed):
        ask(scene, case)
    decide(scene, extension)
    with pytest.raises(TransitionNotAllowed):
        ask(scene, case)
    with pytest.raises(Stale):
        decide(scene, extension, approve=False, remark="x")


def test_a_matter_without_extension_knows_none(scene: Scene) -> None:
    case = scene.reviewing(limits={**LIMITS, "extension": 0})
    with pytest.raises(TransitionNotAllowed):
        ask(scene, case)


def test_refused_once_the_limit_has_run_out(scene: Scene, hall_clock: HallClock) -> None:
    late, asked = scene.reviewing(), scene.reviewing()
    hall_clock.set(at("2025-03-31T17:00"))
    extension = ask(scene, asked)
    hall_clock.set(at("2025-04-01T08:00"))
    with pytest.raises(TransitionNotAllowed):
        ask(scene, late)
    with pytest.raises(TransitionNotAllowed):
        decide(scene, extension)


def test_the_asker_alone_withdraws(scene: Scene) -> None:
    case = scene.reviewing()
    extension = ask(scene, case)
    with pytest.raises(NotAllowed):
        services.withdraw_request(actor=scene.act(scene.head), extension=extension)
    assert services.withdraw_request(actor=scene.act(scene.reviewer), extension=extension).status == "withdrawn"
    with pytest.raises(Stale):
        decide(scene, extension)
    assert due(case) == ("2025-03-10", "2025-03-17")


def test_revoked_the_dates_return_and_the_applicant_hears_why(scene: Scene, hall_clock: HallClock) -> None:
    case = scene.reviewing()
    extension = decide(scene, ask(scene, case))
    with pytest.raises(InvalidInput):
        services.revoke_more_time(actor=scene.act(scene.head), extension=extension, remark="")
    with pytest.raises(NotAllowed):
        services.revoke_more_time(actor=scene.act(scene.approver), extension=extension, remark="x")
    services.revoke_more_time(actor=scene.act(scene.head), extension=extension, remark="情况已核实")
    assert due(case) == ("2025-03-10", "2025-03-17")
    (body,) = told(scene.owner, "approvals.extension_revoked")
    assert "2025-03-17" in body
    assert "情况已核实" in body
    assert len(told(scene.reviewer, "approvals.more_time_revoked")) == 1
    used = scene.reviewing()
    extension = decide(scene, ask(scene, used))
    hall_clock.set(at("2025-03-18T09:00"))
    with pytest.raises(TransitionNotAllowed):
        services.revoke_more_time(actor=scene.act(scene.head), extension=extension, remark="x")


def test_a_step_that_is_done_asks_for_nothing(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    services.complete_review(actor=scene.act(scene.reviewer), step=scene.step(case, "a"), agrees=True)
    with pytest.raises(TransitionNotAllowed):
        ask(scene, case, "a")
    with pytest.raises(Stale):
        ask(scene, case, "decide", seen="open")


def test_deciding_and_withdrawing_drop_what_still_waits(scene: Scene) -> None:
    decided, withdrawn = scene.reviewing(), scene.reviewing()
    ask(scene, decided)
    ask(scene, withdrawn)
    step = scene.step(decided, "decide")
    services.propose_decision(actor=scene.act(scene.reviewer), step=step, decision="granted")
    services.approve_proposal(actor=scene.act(scene.approver), step=step)
    services.withdraw_case(actor=scene.act(scene.owner), case=withdrawn)
    assert list(Extension.objects.values_list("status", flat=True)) == ["withdrawn", "withdrawn"]
    assert Clock.objects.open().filter(kind=ClockKind.EXTENSION).count() == 0


def test_a_clock_of_another_subject_is_decided_by_the_leader(scene: Scene) -> None:
    """Joint handling: government head, at most fifteen; whoever owns the subject tells the applicants."""
    leader = make_user()
    make_post(leader, make_department(), Role.LEADER)
    clock = make_clock(
        kind=ClockKind.JOINT, department=scene.departments["lead"], role=Role.REVIEWER, promised=45, lawful=45,
        extension_cap=15, extension_rank=Role.LEADER, subject=("tests.joint", 7),
        starts_at=MONDAY,
    )  # fmt: skip
    reviewer = scene.act(scene.reviewer)
    with pytest.raises(InvalidInput):
        services.ask_more_time_on(actor=reviewer, clock_id=clock.pk, amount=16, reason=REASON)
    extension = services.ask_more_time_on(actor=reviewer, clock_id=clock.pk, amount=15, reason=REASON)
    assert (len(told(leader, "approvals.more_time_asked")), told(scene.head, "approvals.more_time_asked")) == (1, [])
    with pytest.raises(NotAllowed):
        decide(scene, extension)
    decide(scene, extension, who=leader)
    clock.refresh_from_db()
    assert (clock.extended, len(told(scene.reviewer, "approvals.more_time_granted"))) == (15, 1)
    assert told(scene.owner, "approvals.ext") == []
