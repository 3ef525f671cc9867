"""Approved deviations end to end: a shorter limit, a paper that follows later; their end by date and by word."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.actors import Actor
from approvals import gaps, services
from approvals.models import Case, CaseMaterial, Material
from approvals.services.drafting import sync_materials
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import today
from coordination import deviating, subjects
from coordination.models import Deviation, Instruction
from coordination.services import instructions as instruction_service
from coordination.services.deviations import Wish, approve_deviation, end_deviations, revoke_deviation
from coordination.services.instructions import Words
from coordination.tasks import end_exceptions_task
from deadlines.clockpage import shortenings_of
from deadlines.explaining import Agreement, explain_clock
from deadlines.models import Clock
from deadlines.services import shorten_clock
from ledger.selectors import timeline
from tests.coordination.conftest import Hall

pytestmark = pytest.mark.django_db
START = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
UNTIL = date(2026, 4, 30)


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def instruct(hall: Hall, project_id: int) -> Instruction:
    subject = subjects.require(hall.leader, "projects.project", project_id)
    row = instruction_service.write_instruction(
        actor=Actor(hall.leader), subject=subject, words=Words("特事特办", hall.director)
    )
    return instruction_service.give_instruction(actor=Actor(hall.leader), instruction=row)


def approve(hall: Hall, instruction: Instruction, **fields: Any) -> Deviation:
    wish = Wish(**{"reason": "重点项目，需提前开工", "ends_on": UNTIL, **fields})
    return approve_deviation(actor=Actor(hall.leader), instruction=instruction, wish=wish)


def accepted(hall: Hall) -> Case:
    case = hall.scene.received()
    hall.scene.mark_complete(case)
    return services.accept_case(actor=Actor(hall.scene.clerk), case=case)


def clock_of(case: Case) -> Clock:
    clock = Case.objects.select_related("clock").get(pk=case.pk).clock
    assert clock is not None
    return clock


def shorter(hall: Hall, case: Case, days: int = 4) -> Deviation:
    return approve(hall, instruct(hall, case.project_id), kind="shorter", value=str(case.pk), days=days)


def test_a_shorter_limit_moves_the_promised_end_and_nothing_else(hall: Hall) -> None:
    case = accepted(hall)
    before = clock_of(case)
    shorter(hall, case)
    clock = clock_of(case)
    assert (clock.promised, clock.lawful, clock.lawful_due_at) == (4, before.lawful, before.lawful_due_at)
    assert clock.due_at < before.due_at
    assert explain_clock(clock).agreement == Agreement.AGREES
    assert [(one.data["from"], one.data["to"], one.data["reason"]) for one in shortenings_of(clock)] == [
        (10, 4, "重点项目，需提前开工")
    ]
    acts = [entry.act for entry in timeline(case)]
    assert acts[-2:] == ["clock.shortened", "deviation.approved"]


def test_never_below_the_days_already_used(hall: Hall, moment: time_machine.Traveller) -> None:
    case = accepted(hall)
    moment.shift(timedelta(days=7))
    with pytest.raises(InvalidInput) as refused:
        shorter(hall, case, 4)
    assert list(refused.value.errors) == ["days"]
    assert clock_of(case).promised == 10
    assert not Deviation.objects.exists()
    shorter(hall, case, 5)
    assert clock_of(case).light() == "yellow"


@pytest.mark.parametrize("days", [10, 12, 0])
def test_a_limit_can_only_become_shorter(hall: Hall, days: int) -> None:
    case = accepted(hall)
    with pytest.raises(InvalidInput):
        shorter(hall, case, days)


def test_a_shorter_limit_ends_by_its_date_by_itself(hall: Hall, moment: time_machine.Traveller) -> None:
    case = accepted(hall)
    before = clock_of(case).due_at
    deviation = approve(
        hall, instruct(hall, case.project_id), kind="shorter", value=str(case.pk), days=4, ends_on=date(2026, 3, 5)
    )
    assert end_deviations() == 0
    moment.shift(timedelta(days=4))
    assert not Deviation.objects.in_force().exists()
    assert [end_exceptions_task(), end_exceptions_task()] == [1, 0]
    deviation.refresh_from_db()
    assert (deviation.end, deviation.ended_by) == ("by_date", None)
    assert clock_of(case).due_at == before
    assert [entry.act for entry in timeline(case)][-2:] == ["clock.restored", "deviation.ended"]


def test_revoking_needs_a_leader_and_a_reason(hall: Hall) -> None:
    case = accepted(hall)
    before = clock_of(case).due_at
    deviation = shorter(hall, case)
    with pytest.raises(NotAllowed):
        revoke_deviation(actor=Actor(hall.director), deviation=deviation, reason="不再需要")
    with pytest.raises(InvalidInput):
        revoke_deviation(actor=Actor(hall.leader), deviation=deviation, reason=" ")
    revoke_deviation(actor=Actor(hall.leader), deviation=deviation, reason="不再需要")
    assert clock_of(case).due_at == before
    with pytest.raises(Stale):
        revoke_deviation(actor=Actor(hall.leader), deviation=deviation, reason="不再需要")


def test_a_case_that_is_decided_meanwhile_is_left_alone(hall: Hall) -> None:
    case = accepted(hall)
    deviation = shorter(hall, case)
    Clock.objects.filter(pk=case.clock_id).update(finished_at=START, outcome="met", next_rung_at=None)
    revoke_deviation(actor=Actor(hall.leader), deviation=deviation, reason="已办结")
    assert clock_of(case).promised == 4


def test_a_breach_of_the_shorter_limit_stays_one(hall: Hall, moment: time_machine.Traveller) -> None:
    case = accepted(hall)
    deviation = shorter(hall, case)
    moment.shift(timedelta(days=8))
    revoke_deviation(actor=Actor(hall.leader), deviation=deviation, reason="不再需要")
    clock = clock_of(case)
    assert clock.light() == "green"
    assert clock.breached_at is not None


def test_only_leaders_approve(hall: Hall) -> None:
    case = accepted(hall)
    instruction = instruct(hall, case.project_id)
    wish = Wish("shorter", str(case.pk), "快", UNTIL, 4)
    for user in (hall.director, hall.scene.head, hall.scene.clerk, hall.scene.owner):
        with pytest.raises(NotAllowed):
            approve_deviation(actor=Actor(user), instruction=instruction, wish=wish)


def test_cases_of_other_projects_are_no_choice(hall: Hall) -> None:
    case, other = accepted(hall), accepted(hall)
    with pytest.raises(InvalidInput) as refused:
        approve(hall, instruct(hall, case.project_id), kind="shorter", value=str(other.pk), days=4)
    assert list(refused.value.errors) == ["value"]


def test_wrong_wishes_are_told_at_their_fields(hall: Hall) -> None:
    case = accepted(hall)
    with pytest.raises(InvalidInput) as refused:
        approve(hall, instruct(hall, case.project_id), kind="shorter", value="1", reason=" ", ends_on=today())
    assert set(refused.value.errors) == {"reason", "ends_on", "days"}


def test_one_at_a_time(hall: Hall) -> None:
    case = accepted(hall)
    shorter(hall, case, 5)
    with pytest.raises(InvalidInput):
        shorter(hall, case, 4)
    assert clock_of(case).promised == 5


def test_a_stopped_limit_is_not_shortened(hall: Hall) -> None:
    case = accepted(hall)
    clock = clock_of(case)
    Clock.objects.filter(pk=clock.pk).update(stopped_at=START, resumes_at=START + timedelta(days=3))
    with pytest.raises(TransitionNotAllowed):
        shorten_clock(actor=Actor(hall.leader), clock_id=clock.pk, promised=4, reason="快")


# -- a paper that follows later


def test_a_listed_paper_follows_later_from_the_draft_to_the_case(hall: Hall) -> None:
    scene = hall.scene
    matter = scene.matter()
    draft = scene.draft(matter, project=hall.project, skip=["land-title"])
    contents = [row.version.content for row in draft.chosen.all()]
    assert "land-title" not in gaps.rules_of(contents)
    deviation = approve(hall, instruct(hall, hall.project.pk), kind="later_paper", value="land-title")
    material = draft.materials.get(code="land-title")
    assert material.secondary
    services.mark_later(actor=scene.act(scene.owner), material=material, until=date(2026, 4, 29))
    case = services.submit_application(
        actor=scene.act(scene.owner), application=draft, signature=scene.signature(draft)
    )[0]
    gap = case.deferrals.get()
    assert (gap.promised_on, gap.hold) == (date(2026, 4, 29), True)
    scene.mark_complete(case)
    services.accept_case(actor=scene.act(scene.clerk), case=case)
    assert case.deferrals.get().clock is not None
    # What is signed stays as it was signed, whatever becomes of the deviation.
    revoke_deviation(actor=Actor(hall.leader), deviation=deviation, reason="不再需要")
    assert case.deferrals.get().status == "open"


def test_the_last_day_is_that_of_the_deviation(hall: Hall) -> None:
    scene = hall.scene
    draft = scene.draft(scene.matter(), project=hall.project, skip=["land-title"])
    approve(hall, instruct(hall, hall.project.pk), kind="later_paper", value="land-title")
    material = draft.materials.get(code="land-title")
    with pytest.raises(InvalidInput) as refused:
        services.mark_later(actor=scene.act(scene.owner), material=material, until=date(2026, 5, 6))
    assert list(refused.value.errors) == ["until"]


def test_a_draft_that_is_chosen_anew_while_it_is_in_force_knows_it(hall: Hall) -> None:
    scene = hall.scene
    draft = scene.draft(scene.matter(), project=hall.project)
    approve(hall, instruct(hall, hall.project.pk), kind="later_paper", value="land-title")
    Material.objects.filter(application=draft).update(secondary=False)
    sync_materials(draft)
    assert dict(draft.materials.values_list("code", "secondary")) == {
        "application-form": False, "land-title": True, "funding": True,
    }  # fmt: skip
    elsewhere = scene.draft(scene.matter(), project=scene.project())
    sync_materials(elsewhere)
    assert not elsewhere.materials.get(code="land-title").secondary


def test_under_correction_the_paper_may_be_promised(hall: Hall) -> None:
    scene = hall.scene
    case = scene.received()
    Material.objects.filter(uses__case=case, code="land-title").get().files.all().delete()
    uses = {row.material.code: row for row in case.materials.select_related("material")}
    findings = {row.pk: ("complete", "") for row in uses.values()}
    findings[uses["land-title"].pk] = ("wrong", "缺用地证明")
    services.check_materials(actor=scene.act(scene.clerk), case=case, findings=findings)
    services.send_correction(actor=scene.act(scene.clerk), case=case)
    assert gaps.deferrable(case) == []
    approve(hall, instruct(hall, case.project_id), kind="later_paper", value="land-title")
    assert [row.material.code for row in gaps.deferrable(case)] == ["land-title"]


def test_when_it_is_over_what_nobody_has_promised_is_asked_for_at_once(
    hall: Hall, moment: time_machine.Traveller
) -> None:
    scene = hall.scene
    draft = scene.draft(scene.matter(), project=hall.project, skip=["land-title"])
    approve(hall, instruct(hall, hall.project.pk), kind="later_paper", value="land-title", ends_on=date(2026, 3, 4))
    material = draft.materials.get(code="land-title")
    services.mark_later(actor=scene.act(scene.owner), material=material, until=today() + timedelta(days=1))
    moment.shift(timedelta(days=3))
    assert gaps.promise_of(draft) is None
    end_deviations()
    material.refresh_from_db()
    assert (material.secondary, material.deferred_until) == (False, None)


PAPERS = (
    {"code": "land-title", "name": "用地证明", "name_en": "Land title", "required": True, "secondary": False,
     "statutory": True},
)  # fmt: skip


def test_never_a_paper_that_the_law_asks_for(hall: Hall) -> None:
    scene = hall.scene
    # One of the two matters asks for it by law.
    draft = scene.draft(scene.matter(), scene.matter(papers=PAPERS), project=hall.project, skip=["land-title"])
    offered = deviating.handler_of("later_paper").choices(hall.project)
    assert [one.value for one in offered] == ["application-form"]
    with pytest.raises(InvalidInput):
        approve(hall, instruct(hall, hall.project.pk), kind="later_paper", value="land-title")
    assert not draft.materials.get(code="land-title").secondary
    assert not CaseMaterial.objects.exists()
