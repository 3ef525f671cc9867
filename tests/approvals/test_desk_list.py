"""The window's work list: tabs, counts, filters, order, cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals import services
from approvals.models import Case
from common.time import now
from deadlines.models import Clock
from tests.approvals.scene import ONE_STEP, Scene
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db

DESK = "/desk/"


@pytest.fixture
def clerk(scene: Scene, client: Client) -> Client:
    client.force_login(scene.clerk)
    return client


def counts(client: Client, query: str = "") -> dict[str, int]:
    response = client.get(f"{DESK}{query}")
    return {item["url"].split("tab=")[1].split("&")[0]: item["count"] for item in response.context["tabs"]}


@pytest.mark.parametrize("who", ["owner", "reviewer", "approver"])
def test_only_clerks_reach_the_desk(scene: Scene, client: Client, who: str) -> None:
    client.force_login(getattr(scene, who))
    case = scene.received()
    for name, args in (
        ("desk", []), ("walk_in", []), ("walk_in_register", []), ("walk_in_firm", [scene.enterprise.pk]),
        ("desk_case", [case.number]), ("desk_correction", [case.number]),
    ):  # fmt: skip
        assert client.get(reverse(f"approvals:{name}", args=args)).status_code == 403
    for name in ("desk_check", "desk_not_accept", "desk_hand_over", "desk_issue", "desk_sign", "desk_national_code"):
        assert client.post(reverse(f"approvals:{name}", args=[case.number])).status_code == 403
    assert scene.fresh(case).status == "received"


def test_visitors_sign_in_first(client: Client) -> None:
    response = client.get(DESK)
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/desk/")


def test_every_status_stands_in_its_tab(scene: Scene, clerk: Client) -> None:
    for status in Case.Status.values:
        scene.in_state(status)
    step = scene.step(scene.reviewing(), "decide")
    services.ask_window(actor=scene.act(scene.reviewer), step=step, text="原件?")
    assert counts(clerk) == {
        "check": 2, "correction": 1, "waiting": 1, "hand-over": 1, "departments": 2, "deliver": 1, "collection": 1,
        "questions": 1, "notice": 1, "deferrals": 0, "finished": 4,
    }  # fmt: skip


def test_counts_are_the_lengths_of_the_lists(scene: Scene, clerk: Client) -> None:
    for status in ("received", "received", "accepted", "delivered", "correcting"):
        scene.in_state(status)
    for query in ("", "&light=green", "&light=red", "&q=SB", f"&matter={scene.matters[0].pk}"):
        for tab, count in counts(clerk, f"?{query[1:]}").items():
            response = clerk.get(f"{DESK}?tab={tab}{query}")
            assert len(response.context["page_obj"].object_list) == count, (tab, query)


def test_the_most_urgent_comes_first(scene: Scene, clerk: Client) -> None:
    first, second, third = scene.received(), scene.received(), scene.received()
    for days, case in ((1, first), (-3, second), (0, third)):
        Clock.objects.filter(pk=case.clock_id).update(
            due_at=now() + timedelta(days=days), lawful_due_at=now() + timedelta(days=9)
        )
    rows = clerk.get(DESK).context["page_obj"].object_list
    assert [case.pk for case in rows] == [second.pk, third.pk, first.pk]
    red = clerk.get(f"{DESK}?light=red").context["page_obj"].object_list
    assert second.pk in [case.pk for case in red]
    assert first.pk not in [case.pk for case in red]


def test_filters_find_by_number_firm_project_matter_and_clerk(scene: Scene, clerk: Client) -> None:
    case, other = scene.received(), scene.received()
    services.check_materials(actor=scene.act(scene.clerk), case=case, findings={})

    def found(query: str) -> list[int]:
        return sorted(row.pk for row in clerk.get(f"{DESK}?{query}").context["page_obj"].object_list)

    assert found(f"q={case.number.lower()}") == [case.pk]
    assert found(f"q={other.project.name}") == [other.pk]
    assert found(f"q={scene.enterprise.name}") == sorted([case.pk, other.pk])
    assert found("q=nothing") == []
    assert found(f"matter={case.matter_id}") == [case.pk]
    assert found("mine=on") == [case.pk]
    assert found("matter=99999&light=blue") == sorted([case.pk, other.pk])


def test_tabs_keep_the_filters_and_pages_keep_both(scene: Scene, clerk: Client) -> None:
    matter = scene.matter(steps=ONE_STEP)
    for _ in range(26):
        services.submit_application(actor=scene.act(scene.owner), application=scene.draft(matter))
    response = clerk.get(f"{DESK}?light=green&page=2")
    assert len(response.context["page_obj"].object_list) == 1
    assert [item["url"] for item in response.context["tabs"]][1] == "?light=green&tab=correction"
    assert "light=green" in response.content.decode().split('rel="prev"')[1][:120]


def test_fifty_rows_cost_what_one_costs(scene: Scene, clerk: Client) -> None:
    matter = scene.matter()

    def cost(rows: int) -> int:
        while matter.cases.count() < rows:
            services.submit_application(actor=scene.act(scene.owner), application=scene.draft(matter))
        with CaptureQueriesContext(connection) as captured:
            assert clerk.get(DESK).status_code == 200
        return len(captured)

    cost(1)  # The calendar is read once a process.
    one = cost(1)
    assert cost(25) == one
    assert one <= 14


def test_empty_desk_says_what_to_do_next(scene: Scene, clerk: Client) -> None:
    assert reverse("approvals:walk_in") in clerk.get(DESK).content.decode()
    assert "/desk/?tab=check" in clerk.get(f"{DESK}?q=nothing").content.decode()
