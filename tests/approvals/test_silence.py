"""Deemed agreement: only where the matter says so, by the real sweep, once, never for a decision."""

from datetime import datetime
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from approvals import services
from approvals.models import Case, Opinion, Step
from common.errors import TransitionNotAllowed
from common.time import pretend
from deadlines import sweep
from deadlines.models import Clock, FiredRung
from deadlines.services import resume_clock, stop_clock
from ledger.selectors import timeline
from notifications.models import Message
from tests.approvals.scene import Scene
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
SOURCE = {"law": "示例征求意见办法", "law_en": "Sample measures", "number": "", "articles": [12]}
AGREE = {"silence": "agree", "silence_source": SOURCE}
# The lead reviews, two departments are consulted; one of them may be taken to agree.
CONSULTED = (
    {"code": "a", "kind": "review", "department": "lead", "days": 2, "needs": []},
    {"code": "b", "kind": "review", "department": "planning", "days": 2, "needs": [], **AGREE},
    {"code": "c", "kind": "review", "department": "city", "days": 2, "needs": ["b"]},
    {"code": "decide", "kind": "decide", "department": "lead", "days": 1, "needs": ["a", "c"]},
)


def on(text: str) -> Any:
    return pretend(datetime.fromisoformat(text).replace(tzinfo=ZONE))


@pytest.fixture
def case(scene: Scene) -> Case:
    """Handed over on Monday, 2 March 2026: the two days of the consulted end with Wednesday."""
    with on("2026-03-02T10:00"):
        return scene.reviewing(steps=CONSULTED)


def states(case: Case) -> dict[str, str]:
    return dict(case.steps.values_list("code", "status"))


def run(text: str) -> sweep.SweepResult:
    with on(text):
        return sweep.run()


def head_of(scene: Scene, code: str) -> Any:
    user = make_user(name="规划局长")
    make_post(user, scene.departments[code], Role.HEAD)
    return user


def test_silence_completes_the_step_and_the_next_opens(scene: Scene, case: Case) -> None:
    head_of(scene, "planning")
    assert run("2026-03-04T23:59:59").expired == 0
    assert states(case) == {"a": "open", "b": "open", "c": "waiting", "decide": "waiting"}
    assert run("2026-03-05T00:00:30").expired == 1
    assert states(case) == {"a": "open", "b": "done", "c": "open", "decide": "waiting"}
    step = scene.step(case, "b")
    opinion = Opinion.objects.get(step=step)
    assert (opinion.kind, opinion.author, opinion.text) == ("deemed", None, "《示例征求意见办法》第12条")
    # As of now, not of the limit's end; the next step's days begin with it.
    assert step.finished_at is not None
    assert step.finished_at.astimezone(ZONE).isoformat()[:16] == "2026-03-05T00:00"
    assert scene.step(case, "c").opened_at == step.finished_at
    entry = timeline(case).get(act="step.deemed_agreed")
    assert (entry.actor, entry.data["step"], entry.data["basis"]) == (None, "b", "《示例征求意见办法》第12条")
    told = Message.objects.filter(template="approvals.deemed_agreed", channel="inapp")
    assert sorted(told.values_list("recipient__name", flat=True)) == ["审核planning", "规划局长"]


def test_the_breach_stays_on_the_departments_record(scene: Scene, case: Case) -> None:
    run("2026-03-05T00:00:30")
    clock = Clock.objects.get(pk=scene.step(case, "b").clock_id)
    assert (clock.outcome, clock.breached_at, clock.lawful_breached_at) == ("late", clock.due_at, clock.lawful_due_at)
    assert clock.department == scene.departments["planning"]


@pytest.mark.parametrize(
    "moments", [["2026-03-12T09:00"], ["2026-03-05T00:01", "2026-03-06T09:00", "2026-03-12T09:00"]]
)
def test_a_week_of_silence_gives_what_punctual_sweeps_would_have_given(
    scene: Scene, case: Case, moments: list[str]
) -> None:
    for moment in moments:
        run(moment)
        run(moment)
    codes = list(FiredRung.objects.filter(clock=scene.step(case, "b").clock_id).values_list("code", flat=True))
    assert sorted(codes) == ["lawful_overdue", "overdue", "warn"]
    assert states(case)["b"] == "done"
    assert timeline(case).filter(act="step.deemed_agreed").count() == 1
    assert Opinion.objects.count() == 1
    # The lead's own review is as late, yet no law speaks for it.
    assert states(case)["a"] == "open"


def test_without_the_rule_a_silent_step_stays_open(scene: Scene) -> None:
    plain = tuple({key: value for key, value in row.items() if not key.startswith("silence")} for row in CONSULTED)
    with on("2026-03-02T10:00"):
        case = scene.reviewing(steps=plain)
    assert run("2026-03-12T09:00").expired == 0
    assert states(case)["b"] == "open"
    assert not Clock.objects.filter(expires=True, kind="step").exists()
    assert set(case.steps.values_list("silence", flat=True)) == {""}


def test_a_step_done_in_time_is_left_alone(scene: Scene, case: Case) -> None:
    with on("2026-03-04T17:00"):
        services.complete_review(
            actor=scene.act(scene.reviewers["planning"]), step=scene.step(case, "b"), agrees=False, text="不同意"
        )
    assert run("2026-03-05T09:00").expired == 0
    with on("2026-03-05T09:00"):
        assert services.deem_agreed(case_id=case.pk) == []
    assert list(Opinion.objects.values_list("kind", flat=True)) == ["object"]


def test_an_objection_is_too_late_once_the_hall_has_spoken(scene: Scene, case: Case) -> None:
    run("2026-03-05T09:00")
    with on("2026-03-05T09:05"), pytest.raises(TransitionNotAllowed):
        services.complete_review(
            actor=scene.act(scene.reviewers["planning"]), step=scene.step(case, "b"), agrees=False, text="不同意"
        )


def test_a_limit_that_stands_still_does_not_run_out(scene: Scene, case: Case) -> None:
    step, reviewer = scene.step(case, "b"), scene.act(scene.reviewers["planning"])
    with on("2026-03-03T10:00"):
        stop_clock(actor=reviewer, clock_id=step.clock_id, ground="hearing", reason="听证", planned_days=20)
    run("2026-03-12T09:00")
    with on("2026-03-12T09:00"):
        assert services.deem_agreed(case_id=case.pk) == []
        resume_clock(actor=reviewer, clock_id=step.clock_id)
    run("2026-03-12T23:00")
    assert states(case)["b"] == "open"
    run("2026-03-14T00:01")
    assert states(case)["b"] == "done"


def test_a_withdrawn_case_is_left_alone(scene: Scene, case: Case) -> None:
    with on("2026-03-03T10:00"):
        services.withdraw_case(actor=scene.act(scene.owner), case=case)
    assert run("2026-03-12T09:00").expired == 0
    assert Opinion.objects.count() == 0


def test_two_silent_departments_of_one_case_at_once(scene: Scene) -> None:
    steps = tuple({**row, "needs": []} if row["code"] == "c" else row for row in CONSULTED)
    steps = tuple({**row, **AGREE} if row["code"] == "c" else row for row in steps)
    with on("2026-03-02T10:00"):
        case = scene.reviewing(steps=steps)
        services.complete_review(actor=scene.act(scene.reviewer), step=scene.step(case, "a"), agrees=True)
    run("2026-03-05T09:00")
    assert states(case) == {"a": "done", "b": "done", "c": "done", "decide": "open"}
    assert timeline(case).filter(act="step.opened", data__step="decide").count() == 1


def test_a_decision_is_never_made_by_silence(scene: Scene) -> None:
    step = scene.step(scene.reviewing(), "decide")
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(pk=step.pk).update(silence="agree")


# Where it is shown


def test_departments_window_and_leaders_read_that_it_was_silence(scene: Scene, case: Case, client: Client) -> None:
    run("2026-03-05T09:00")
    head = head_of(scene, "planning")
    step = scene.step(case, "b")
    own_step = reverse("approvals:step", args=[step.pk])
    desk = reverse("approvals:desk_case", args=[case.number])
    for user, url in ((scene.reviewers["planning"], own_step), (scene.clerk, desk)):
        client.force_login(user)
        text = client.get(url).content.decode()
        assert "视为同意（逾期未反馈）：《示例征求意见办法》第12条" in text
        assert "逾期未反馈，视为同意" in text
    client.force_login(scene.reviewers["planning"])
    text = client.get(own_step).content.decode()
    assert "<strong>视为同意（逾期未反馈）</strong>" in text
    assert "环节b · 系统 ·" in text
    make_post(head, make_department("office", kind="hall"), Role.LEADER)
    client.force_login(head)
    page = client.get(reverse("dashboards:case", args=[case.number]))
    notes = {item["title"]: item["note"] for item in page.context["steps"]}
    assert notes == {"环节a": "", "环节b": "视为同意（逾期未反馈）", "环节c": "", "环节decide": ""}


def test_the_applicant_is_not_told_of_it(scene: Scene, case: Case, client: Client) -> None:
    run("2026-03-05T09:00")
    client.force_login(scene.owner)
    text = client.get(reverse("approvals:case", args=[case.number])).content.decode()
    assert "视为同意" not in text


def test_other_systems_read_an_opinion_without_author(scene: Scene, case: Case, client: Client) -> None:
    run("2026-03-05T09:00")
    client.force_login(scene.reviewers["planning"])
    (row,) = [row for row in client.get("/api/v1/steps/").json()["results"] if row["code"] == "b"]
    assert [(one["kind"], one["author"]) for one in row["opinions"]] == [("deemed", "")]


def test_clocks_from_before_are_put_inside_their_cases_decision(scene: Scene, case: Case) -> None:
    """The data migration, on rows as an older hall left them."""
    parents = import_module("approvals.migrations.0005_step_clock_parents").PARENTS
    done = scene.step(case, "a")
    services.complete_review(actor=scene.act(scene.reviewer), step=done, agrees=True)
    other = scene.accepted()
    Clock.objects.update(parent=None)
    with connection.cursor() as cursor:
        cursor.execute(parents)
    inside = Clock.objects.exclude(parent=None)
    assert [(clock.pk, clock.parent_id) for clock in inside] == [(scene.step(case, "b").clock_id, case.clock_id)]
    assert Clock.objects.get(pk=other.clock_id).parent is None
