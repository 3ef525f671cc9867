"""Pages of joint handling: who gets in, every act through the page, what it costs, what the applicant sees."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Department, Role, User
from approvals import services
from approvals.models import Case, JointHandling
from deadlines import calendars
from deadlines.models import Extension
from deadlines.services import stop_clock
from tests.approvals.joint_scene import ask, decide, group, leader, start, submitted, take_in
from tests.approvals.scene import ONE_STEP, PARALLEL, Scene
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def desk(case: Case) -> str:
    return reverse("approvals:desk_case", args=[case.number])


def start_url(case: Case) -> str:
    return reverse("approvals:joint_start", args=[case.application_id])


def page(client: Client, user: User, url: str, status: int = 200) -> str:
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def statements(client: Client, url: str) -> int:
    client.get(url)
    calendars.current()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# Starting


def test_the_desk_offers_it_where_two_cases_can(scene: Scene, client: Client) -> None:
    cases = group(scene)
    assert start_url(cases[0]) in page(client, scene.clerk, desk(cases[0]))
    alone = scene.reviewing(steps=PARALLEL)
    assert start_url(alone) not in page(client, scene.clerk, desk(alone))
    start(scene, cases)
    text = page(client, scene.clerk, desk(cases[0]))
    assert start_url(cases[0]) not in text
    assert "查看联合办理的全部事项" in text


def test_not_offered_on_a_case_that_cannot_take_part(scene: Scene, client: Client) -> None:
    one, two, waiting = submitted(scene, *(scene.matter(steps=PARALLEL) for _ in range(3)))
    take_in(scene, one)
    take_in(scene, two)
    assert start_url(waiting) not in page(client, scene.clerk, desk(waiting))
    assert start_url(one) in page(client, scene.clerk, desk(one))


def test_the_window_starts_it(scene: Scene, client: Client) -> None:
    cases = group(scene, 3)
    text = page(client, scene.clerk, start_url(cases[0]))
    assert all(case.number in text for case in cases)
    values = {"cases": [cases[0].pk, cases[2].pk], "lead_department": scene.departments["city"].pk, "promised_days": 30}
    response = client.post(start_url(cases[0]), values)
    joint = JointHandling.objects.get()
    assert (response.status_code, response["Location"]) == (302, joint.get_absolute_url())
    assert list(joint.cases.order_by("pk")) == [cases[0], cases[2]]
    assert (joint.department.code, joint.clock.promised, joint.started_by) == ("city", 30, scene.clerk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"cases": []}, "cases"), ({"promised_days": 46}, "promised_days"), ({"lead_department": ""}, "lead_department")],
)
def test_what_is_wrong_stands_at_its_field(scene: Scene, client: Client, changes: dict[str, Any], field: str) -> None:
    cases = group(scene)
    client.force_login(scene.clerk)
    values = {
        "cases": [case.pk for case in cases], "lead_department": scene.departments["lead"].pk, "promised_days": 20,
        **changes,
    }  # fmt: skip
    response = client.post(start_url(cases[0]), values)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not JointHandling.objects.exists()


def test_a_refusal_of_the_service_keeps_the_input(scene: Scene, client: Client) -> None:
    cases = group(scene, steps=ONE_STEP)
    client.force_login(scene.clerk)
    values = {
        "cases": [case.pk for case in cases], "lead_department": scene.departments["lead"].pk, "promised_days": 20,
    }  # fmt: skip
    response = client.post(start_url(cases[0]), values)
    assert response.status_code == 400
    assert "所选事项只涉及一个部门" in response.content.decode()
    assert response.context["form"]["promised_days"].value() == "20"


def test_nothing_to_choose_says_what_it_takes(scene: Scene, client: Client) -> None:
    case = scene.reviewing(steps=PARALLEL)
    assert "没有可以联合办理的事项" in page(client, scene.clerk, start_url(case))


@pytest.mark.parametrize("who", ["owner", "reviewer", "head"])
def test_only_the_window_gets_to_start(scene: Scene, client: Client, who: str) -> None:
    case = group(scene)[0]
    page(client, getattr(scene, who), start_url(case), 403)
    assert client.post(start_url(case), {}).status_code == 403


# The page


def test_who_sees_it(scene: Scene, client: Client) -> None:
    joint = start(scene, group(scene))
    url = joint.get_absolute_url()
    supervisor, administrator, stranger = make_user(), make_user(), make_user()
    hall = make_department("hall", kind=Department.Kind.HALL)
    make_post(supervisor, hall, Role.SUPERVISOR)
    make_post(administrator, hall, Role.ADMINISTRATOR)
    make_post(stranger, make_department("tax"), Role.REVIEWER)
    for user in (scene.clerk, scene.reviewers["city"], leader(scene), supervisor, administrator):
        page(client, user, url)
    for user in (stranger, scene.owner, make_user()):
        page(client, user, url, 404)
        assert client.post(f"{url}ask/", {"amount": 5, "reason": "x"}).status_code == 404
        assert client.post(f"{url}decide/", {"extension": 1, "decision": "yes"}).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_cases_with_their_clocks_open_steps_and_stops(scene: Scene, client: Client) -> None:
    cases = group(scene, 3)
    joint = start(scene, cases)
    step = scene.step(cases[0], "b")
    stop_clock(
        actor=scene.act(scene.reviewers["planning"]), clock_id=step.clock_id, ground="expert_review",
        reason="专家评审会", planned_days=5,
    )  # fmt: skip
    decide(scene, cases[2])
    text = page(client, scene.clerk, joint.get_absolute_url())
    client.force_login(scene.clerk)
    rows = client.get(joint.get_absolute_url()).context["rows"]
    assert [[one.code for one in row.steps] for row in rows] == [["a", "b", "c"], ["a", "b", "c"], []]
    assert [row.clock.light() for row in rows] == ["stopped", "green", "done"]
    assert all(case.number in text for case in cases)
    assert "专家评审会" in text


def test_a_department_opens_only_the_cases_that_reached_it(scene: Scene, client: Client) -> None:
    one, two = submitted(scene, scene.matter(steps=PARALLEL), scene.matter(steps=PARALLEL))
    take_in(scene, one)
    scene.mark_complete(two)
    services.accept_case(actor=scene.act(scene.clerk), case=two)
    joint = start(scene, [one, two])
    client.force_login(scene.reviewers["city"])
    rows = client.get(joint.get_absolute_url()).context["rows"]
    assert [row.may_open for row in rows] == [True, False]


def test_the_page_costs_the_same_for_2_and_6_cases(scene: Scene, client: Client) -> None:
    few, many = start(scene, group(scene, 2)), start(scene, group(scene, 6))
    client.force_login(scene.clerk)
    assert statements(client, few.get_absolute_url()) == statements(client, many.get_absolute_url())
    assert statements(client, few.get_absolute_url()) <= 20


def test_starting_page_costs_the_same_for_2_and_6_cases(scene: Scene, client: Client) -> None:
    few, many = group(scene, 2)[0], group(scene, 6)[0]
    client.force_login(scene.clerk)
    assert statements(client, start_url(few)) == statements(client, start_url(many))


def test_starting_costs_the_same_for_2_and_6_cases(scene: Scene) -> None:
    start(scene, group(scene))

    def cost(count: int) -> int:
        cases = group(scene, count)
        with CaptureQueriesContext(connection) as captured:
            start(scene, cases)
        return len(captured)

    assert cost(2) == cost(6)


# The extension


def test_the_lead_asks_and_the_leader_approves(scene: Scene, client: Client) -> None:
    boss = leader(scene)
    joint = start(scene, group(scene))
    url = joint.get_absolute_url()
    text = page(client, scene.reviewer, url)
    assert "申请延期" in text
    assert "申请延期" not in page(client, scene.reviewers["city"], url)
    client.force_login(scene.reviewer)
    assert client.post(f"{url}ask/", {"amount": 10, "reason": "需要复验"})["Location"] == url
    extension = Extension.objects.get()
    assert not client.get(url).context["may_decide"]
    client.force_login(boss)
    assert client.get(url).context["may_decide"]
    values = {"extension": extension.pk, "decision": "yes", "remark": "同意"}
    assert client.post(f"{url}decide/", values)["Location"] == url
    joint.clock.refresh_from_db()
    assert joint.clock.extended == 10
    again = client.post(f"{url}decide/", values)
    assert again.status_code == 409
    text = page(client, scene.reviewer, url)
    assert "需要复验" in text
    assert "只能延长一次" not in text


def test_refusing_needs_words(scene: Scene, client: Client) -> None:
    boss = leader(scene)
    joint = start(scene, group(scene))
    extension = ask(scene, joint)
    client.force_login(boss)
    url = f"{joint.get_absolute_url()}decide/"
    response = client.post(url, {"extension": extension.pk, "decision": "no", "remark": ""})
    assert response.status_code == 400
    assert list(response.context["decide_form"].errors) == ["remark"]
    client.post(url, {"extension": extension.pk, "decision": "no", "remark": "可按期办结"})
    extension.refresh_from_db()
    assert extension.status == "refused"


def test_who_may_not_is_refused_on_the_page(scene: Scene, client: Client) -> None:
    joint = start(scene, group(scene))
    url = joint.get_absolute_url()
    client.force_login(scene.clerk)
    assert client.post(f"{url}ask/", {"amount": 5, "reason": "x"}).status_code == 403
    extension = ask(scene, joint)
    client.force_login(scene.head)
    assert client.post(f"{url}decide/", {"extension": extension.pk, "decision": "yes"}).status_code == 403
    extension.refresh_from_db()
    assert extension.status == "asked"


def test_too_many_days_stand_at_the_field(scene: Scene, client: Client) -> None:
    joint = start(scene, group(scene))
    client.force_login(scene.reviewer)
    response = client.post(f"{joint.get_absolute_url()}ask/", {"amount": 16, "reason": "需要复验"})
    assert response.status_code == 400
    assert list(response.context["ask_form"].errors) == ["amount"]
    assert response.context["ask_form"]["reason"].value() == "需要复验"


# Elsewhere


def test_a_leader_finds_the_request_on_the_first_page(scene: Scene, client: Client) -> None:
    boss = leader(scene)
    joint = start(scene, group(scene))
    assert "延期申请待您审批" not in page(client, boss, "/leader/")
    bare = statements(client, "/leader/")
    ask(scene, joint)
    text = page(client, boss, "/leader/")
    assert "延期申请待您审批" in text
    assert f'href="{joint.get_absolute_url()}"' in text
    one = statements(client, "/leader/")
    ask(scene, start(scene, group(scene)))
    assert statements(client, "/leader/") == one == bare
    assert "延期申请待您审批" not in page(client, scene.head, "/leader/")


def test_the_applicant_sees_until_when_and_nothing_inside(scene: Scene, client: Client) -> None:
    cases = group(scene)
    joint = start(scene, cases)
    url = reverse("approvals:case", args=[cases[0].number])
    text = page(client, scene.owner, url)
    assert "各部门将本事项与您申报的其他事项联合办理" in text
    assert "启动联合办理" in text
    assert joint.get_absolute_url() not in text
    decide(scene, cases[0])
    assert "各部门将本事项" not in page(client, scene.owner, url)


def test_the_step_leads_to_the_joint_page(scene: Scene, client: Client) -> None:
    cases = group(scene)
    step = reverse("approvals:step", args=[scene.step(cases[0], "c").pk])
    assert "联合办理" not in page(client, scene.reviewers["city"], step)
    joint = start(scene, cases)
    assert joint.get_absolute_url() in page(client, scene.reviewers["city"], step)


def test_leaders_case_page_names_the_joint_limit(scene: Scene, client: Client) -> None:
    cases = group(scene)
    joint = start(scene, cases)
    assert joint.get_absolute_url() in page(client, leader(scene), f"/leader/cases/{cases[0].number}/")
