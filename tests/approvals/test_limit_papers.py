"""特别程序告知书 and 延期告知书: one for each stop, one for the extension, with the dates as they were told."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals import services
from approvals.models import Case, Step
from tests.approvals.march import MONDAY, at, due
from tests.approvals.scene import Scene
from tests.approvals.test_limit_pages import REASON, ask_and
from tests.clock import HallClock
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march(hall_clock: HallClock) -> None:
    hall_clock.set(MONDAY)


@pytest.fixture
def case(scene: Scene) -> Case:
    return scene.reviewing()


@pytest.fixture
def step(scene: Scene, case: Case) -> Step:
    return scene.step(case, "decide")


def paper(client: Client, case: Case, code: str) -> Any:
    return client.get(reverse("approvals:paper", args=[case.number, code]))


def papers(client: Client, case: Case) -> list[str]:
    return [one["url"].split("/")[-2] for one in client.get(f"/cases/{case.number}/").context["papers"]]


def test_each_stop_and_the_extension_have_their_paper(
    scene: Scene, client: Client, case: Case, step: Step, hall_clock: HallClock
) -> None:
    client.force_login(scene.owner)
    assert papers(client, case) == ["acceptance"]
    reviewer = scene.act(scene.reviewer)
    for day, ground in ((4, "hearing"), (6, "testing")):
        hall_clock.set(at(f"2025-03-{day:02d}T10:00"))
        services.begin_special_procedure(actor=reviewer, step=step, ground=ground, reason="依法进行", planned_days=5)
        hall_clock.set(at(f"2025-03-{day + 1:02d}T10:00"))
        services.end_special_procedure(actor=reviewer, step=step)
    ask_and(scene, step, approve=True)
    assert papers(client, case) == ["acceptance", "special-1", "special-2", "extension"]
    values = [row["value"] for row in paper(client, case, "special-1").context["paper"]["rows"]]
    # As it was told: planned until the 11th, a decision by the 24th; the date has moved twice since.
    assert any("2025年3月11日" in value or "11 March 2025" in value for value in values)
    assert any("2025年3月24日" in value or "24 March 2025" in value for value in values)
    made = paper(client, case, "extension")
    values = [row["value"] for row in made.context["paper"]["rows"]]
    assert REASON in values
    assert due(case)[1] == "2025-03-26"
    assert any("2025年3月26日" in value or "26 March 2025" in value for value in values)
    assert made.context["issued_by"] == case.department.label
    services.propose_decision(actor=reviewer, step=step, decision="granted")
    services.approve_proposal(actor=scene.act(scene.approver), step=step)
    services.issue_decision(actor=scene.act(scene.clerk), case=scene.fresh(case), way="online")
    assert paper(client, case, "special-2").status_code == 200
    assert "extension" in papers(client, case)


def test_papers_that_are_not_there_are_not_found(scene: Scene, client: Client, case: Case, step: Step) -> None:
    client.force_login(scene.owner)
    extension = ask_and(scene, step)
    for code in ("special-1", "special-0", "special-x", "extension", "else"):
        assert paper(client, case, code).status_code == 404
    services.decide_more_time(actor=scene.act(scene.head), extension=extension, approve=True)
    assert paper(client, case, "extension").status_code == 200
    client.force_login(make_user())
    assert paper(client, case, "extension").status_code == 404
    services.revoke_more_time(actor=scene.act(scene.head), extension=extension, remark="收回")
    client.force_login(scene.owner)
    assert paper(client, case, "extension").status_code == 404
