"""The clock runs: a case left alone, with the real worker and beat, on a clock that the test moves.

Working days by the published calendar of 2026; 2 March is a Monday. The planning permit promises
one day for acceptance (lawful: five) and ten for the decision (lawful: twenty).
"""

import re
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from approvals import services
from approvals.models import Case
from deadlines.models import Clock, FiredRung
from enterprises.models import Enterprise
from ledger.models import Entry
from notifications.models import Message
from tests.clock import HallClock
from tests.factories.approvals import hand_in_all
from tests.fixtures_processes import HallProcess, wait_until
from tests.journeys.hall import Hall, declared_project, draft_application, welcome_investor
from tests.journeys.rounds import Days

pytestmark = pytest.mark.slow

ACCEPTANCE_RUNGS = ["warn", "overdue", "escalate_head", "escalate_director", "lawful_overdue"]
DECISION_RUNGS = ["warn", "overdue", "escalate_head", "escalate_director"]


@pytest.fixture
def days(hall_clock: HallClock, celery_worker_process: HallProcess, celery_beat_process: HallProcess) -> Days:
    return Days(hall_clock, celery_worker_process, celery_beat_process)


def fired(clock: Clock) -> list[str]:
    return list(FiredRung.objects.filter(clock=clock).order_by("due_at", "id").values_list("code", flat=True))


def told(case: Case) -> Counter[tuple[str, str]]:
    """How often each person was told which thing in the inbox about this case, its reminders only."""
    rows = Message.objects.filter(channel="inapp", template__startswith="clock.", link=f"/cases/{case.number}/")
    return Counter(rows.values_list("recipient__username", "template"))


def on_record(case: Case) -> Counter[str]:
    rows = Entry.objects.filter(subject_type="approvals.case", subject_id=case.pk)
    return Counter(rows.values_list("act", flat=True))


def light_on_page(page: Page, case: Case, colour: str) -> None:
    page.goto(f"/cases/{case.number}/")
    expect(page.locator("main .panel .light").first).to_have_class(re.compile(rf"\blight-{colour}\b"))


def test_case_left_alone(hall: Hall, days: Days, person: Any, screenshot: Any) -> None:
    days.come(3, 2)
    enterprise = welcome_investor(hall)
    investor = person("investor")
    case = submit_on_the_page(hall, investor, enterprise)
    acceptance = case.clock
    days.come(3, 3)
    days.beat_round()
    assert fired(acceptance) == ["warn"]
    light_on_page(investor, case, "yellow")
    a_week_without_a_worker(days, investor, case, acceptance, screenshot)
    decision = deemed_accepted(case, acceptance)
    escalates(days, investor, case, decision, screenshot)
    done_late(hall, person, case, decision, screenshot)


def submit_on_the_page(hall: Hall, investor: Page, enterprise: Enterprise) -> Case:
    project = declared_project(hall, enterprise)
    application = draft_application(hall, project, "GC01")
    hand_in_all(application, hall["investor"])
    investor.goto(f"/applications/{application.pk}/check/")
    investor.locator("main form .btn-primary").click()
    investor.wait_for_url("**/submitted/")
    return Case.objects.select_related("clock").get()


def a_week_without_a_worker(days: Days, investor: Page, case: Case, acceptance: Clock, screenshot: Any) -> None:
    """Killed, not stopped; pages tell the truth all the same, and afterwards nothing is lost or doubled."""
    days.worker.kill()
    days.come(3, 10)
    days.ring()
    assert fired(acceptance) == ["warn"]
    light_on_page(investor, case, "red")
    screenshot(investor, "journey-41-case-overdue")
    days.worker.start()
    days.beat_round()
    wait_until(lambda: Case.objects.get(pk=case.pk).deemed_accepted, what="deemed acceptance")


def deemed_accepted(case: Case, acceptance: Clock) -> Clock:
    """Accepted as of the day of receipt, by law and on record; the breach stays."""
    case.refresh_from_db()
    assert case.status == Case.Status.ACCEPTED
    assert case.accepted_at == case.received_at
    assert fired(acceptance) == ACCEPTANCE_RUNGS
    acceptance.refresh_from_db()
    assert acceptance.outcome == Clock.Outcome.LATE
    assert acceptance.breached_at
    assert acceptance.lawful_breached_at
    assert on_record(case)["case.deemed_accepted"] == 1
    assert told(case) == {
        ("clerk", "clock.warn"): 1, ("clerk-2", "clock.warn"): 1,
        ("clerk", "clock.overdue"): 1, ("clerk-2", "clock.overdue"): 1,
        ("window-head", "clock.escalate_head"): 1, ("director", "clock.escalate_director"): 1,
    }  # fmt: skip
    assert case.clock
    assert case.clock.starts_at == case.received_at
    return case.clock


def escalates(days: Days, investor: Page, case: Case, decision: Clock, screenshot: Any) -> None:
    """Due on 16 March: warned on the working day before, then overdue, head, director, each once."""
    for number, (month, day) in enumerate([(3, 13), (3, 17), (3, 18), (3, 20)], 1):
        days.come(month, day, hour=1)
        days.beat_round()
        assert fired(decision) == DECISION_RUNGS[:number]
        light_on_page(investor, case, "yellow" if number == 1 else "red")
    days.beat_round()
    assert fired(decision) == DECISION_RUNGS
    decided = told(case) - Counter(
        {key: 1 for key in told(case) if key[0] in ("clerk", "clerk-2", "window-head")}
        | {("director", "clock.escalate_director"): 1}
    )
    assert decided == {
        ("reviewer", "clock.warn"): 1, ("reviewer", "clock.overdue"): 1,
        ("head", "clock.escalate_head"): 1, ("director", "clock.escalate_director"): 1,
    }  # fmt: skip
    assert on_record(case)["clock.escalate_director"] == 2  # of the acceptance, and of the decision
    investor.goto("/my/")
    screenshot(investor, "journey-42-my-overdue")


def done_late(hall: Hall, person: Any, case: Case, decision: Clock, screenshot: Any) -> None:
    """Handed over, reviewed and decided at last: what was late stays late."""
    clerk = person("clerk")
    clerk.goto(f"/desk/cases/{case.number}/")
    screenshot(clerk, "journey-43-desk-deemed")
    clerk.locator("form[action$='/hand-over/'] .btn-primary").click()
    expect(clerk.locator("ol.stepper")).to_be_visible()
    for code, account in (
        ("planning-review", "reviewer"), ("traffic-review", "reviewer-police"),
        ("air-defence-review", "reviewer-air-defence"),
    ):  # fmt: skip
        services.complete_review(actor=Actor(hall[account]), step=case.steps.get(code=code), agrees=True)
    step = case.steps.get(code="decide")
    services.propose_decision(actor=Actor(hall["reviewer"]), step=step, decision="granted")
    services.approve_proposal(actor=Actor(hall["approver"]), step=case.steps.get(code="decide"))
    decision.refresh_from_db()
    assert decision.outcome == Clock.Outcome.LATE
    assert decision.breached_at
    leader = person("leader")
    leader.goto(f"/leader/cases/{case.number}/")
    expect(leader.locator("tr.row-red")).to_have_count(2)
    screenshot(leader, "journey-44-leader-breach")
