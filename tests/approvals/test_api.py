"""The API: the same services and rules as the pages, refusals as proper 4xx."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from rest_framework.test import APIClient

from approvals import services
from approvals.models import Application, Case, Step
from tests.approvals.applying.forms import FIRM, HEIGHT
from tests.approvals.scene import PARALLEL, Scene
from tests.factories.accounts import make_user
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db

API = "/api/v1"


@pytest.fixture
def api() -> APIClient:
    return APIClient()


def act(client: APIClient, row: Case | Step, name: str, **data: Any) -> Any:
    kind, key = ("cases", row.number) if isinstance(row, Case) else ("steps", row.pk)
    return client.post(f"{API}/{kind}/{key}/{name}/", data, format="json")


def test_anonymous_callers_are_refused(api: APIClient) -> None:
    for kind in ("matters", "applications", "cases", "steps"):
        assert api.get(f"{API}/{kind}/").status_code in (401, 403)


def test_matters_with_content(scene: Scene, api: APIClient) -> None:
    matter = scene.matter()
    api.force_authenticate(scene.owner)
    listed = api.get(f"{API}/matters/", {"department": "lead"}).json()
    assert [row["code"] for row in listed["results"]] == [matter.code]
    assert "content" not in listed["results"][0]
    assert api.get(f"{API}/matters/{matter.code}/").json()["content"]["code"] == matter.code


def test_submitting_twice_answers_the_same(scene: Scene, api: APIClient) -> None:
    application = scene.draft(scene.matter(), scene.matter())
    api.force_authenticate(scene.owner)
    first = api.post(f"{API}/applications/{application.pk}/submit/")
    assert first.status_code == 200
    assert [row["status"] for row in first.json()] == ["received", "received"]
    assert all(len(row["query_code"]) == 8 for row in first.json())
    second = api.post(f"{API}/applications/{application.pk}/submit/")
    assert [row["number"] for row in second.json()] == [row["number"] for row in first.json()]
    assert api.get(f"{API}/applications/").json()["results"][0]["matters"] == [one.code for one in scene.matters]


def test_submitting_with_gaps_names_them(scene: Scene, api: APIClient) -> None:
    application = scene.draft(scene.matter(), skip=["land-title"])
    api.force_authenticate(scene.owner)
    answer = api.post(f"{API}/applications/{application.pk}/submit/")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["land-title"])


def test_strangers_find_nothing(scene: Scene, api: APIClient) -> None:
    case = scene.reviewing()
    step = scene.step(case, "decide")
    api.force_authenticate(make_user())
    assert api.get(f"{API}/cases/").json()["count"] == 0
    assert api.get(f"{API}/cases/{case.number}/").status_code == 404
    assert act(api, case, "withdraw").status_code == 404
    assert api.get(f"{API}/steps/{step.pk}/").status_code == 404
    assert api.get(f"{API}/applications/{case.application_id}/").status_code == 404


def test_whole_way_through_the_api(scene: Scene, api: APIClient) -> None:
    case = scene.received(steps=PARALLEL)
    api.force_authenticate(scene.clerk)
    rows = api.get(f"{API}/cases/{case.number}/").json()["materials"]
    findings = [{"material": row["id"], "verdict": "complete"} for row in rows]
    assert act(api, case, "check_materials", findings=findings, seen="received").status_code == 200
    assert act(api, case, "accept", seen="received").json()["status"] == "accepted"
    assert act(api, case, "hand_over", seen="accepted").json()["status"] == "reviewing"
    for code, who in (("a", "lead"), ("b", "planning"), ("c", "city")):
        api.force_authenticate(scene.reviewers[who])
        step = scene.step(case, code)
        assert act(api, step, "take").json()["handler"] == scene.reviewers[who].pk
        done = act(api, step, "complete", agrees=True, text="同意", seen="open")
        assert (done.status_code, done.json()["opinions"][0]["kind"]) == (200, "agree")
    decide = scene.step(case, "decide")
    api.force_authenticate(scene.reviewer)
    assert act(api, decide, "ask", text="原件?").status_code == 200
    assert act(api, decide, "propose", decision="granted", seen="open").json()["status"] == "proposed"
    api.force_authenticate(scene.approver)
    assert act(api, decide, "send_back", text="再看").json()["status"] == "open"
    api.force_authenticate(scene.reviewer)
    act(api, decide, "propose", decision="granted")
    assert act(api, decide, "approve").status_code == 403
    api.force_authenticate(scene.approver)
    assert act(api, decide, "approve", seen="proposed").json()["status"] == "done"
    api.force_authenticate(scene.owner)
    assert api.get(f"{API}/cases/{case.number}/").json()["decision"] == ""
    api.force_authenticate(scene.clerk)
    assert act(api, case, "issue", way="online", seen="decided").json()["decision"] == "granted"
    api.force_authenticate(scene.owner)
    assert api.get(f"{API}/cases/{case.number}/").json()["decision"] == "granted"


def test_correction_and_answer(scene: Scene, api: APIClient) -> None:
    case = scene.received()
    api.force_authenticate(scene.clerk)
    answer = act(api, case, "correct", items=["另缺委托书"])
    assert [item["text"] for item in answer.json()["notices"][0]["items"]] == ["另缺委托书"]
    api.force_authenticate(scene.owner)
    assert act(api, case, "resubmit", remark="已补").json()["status"] == "received"
    assert act(api, case, "withdraw", reason="不办了").json()["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("accept", {"seen": "received"}, 409, "stale"),
        ("accept", {}, 409, "transition_not_allowed"),
        ("correct", {}, 409, "transition_not_allowed"),
        ("not_accept", {"reason": ""}, 400, "invalid"),
        ("hand_over", {"seen": "received"}, 409, "stale"),
        ("issue", {"way": "online"}, 409, "transition_not_allowed"),
    ],
)
def test_refusals_have_status_and_code(
    scene: Scene, api: APIClient, name: str, data: dict[str, str], status: int, code: str
) -> None:
    case = scene.accepted()
    api.force_authenticate(scene.clerk)
    answer = act(api, case, name, **data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]


def test_wrong_values_are_400(scene: Scene, api: APIClient) -> None:
    case = scene.received()
    api.force_authenticate(scene.clerk)
    assert act(api, case, "issue", way="pigeon").status_code == 400
    assert act(api, case, "check_materials", findings=[{"material": "x", "verdict": "y"}]).status_code == 400
    assert act(api, case, "not_accept", reason="x" * 1001).status_code == 400


def test_firm_does_not_do_the_window_s_work(scene: Scene, api: APIClient) -> None:
    case = scene.received()
    api.force_authenticate(scene.owner)
    assert act(api, case, "accept").status_code == 403
    assert scene.fresh(case).status == "received"


def test_filters(scene: Scene, api: APIClient) -> None:
    case, other = scene.received(), scene.accepted()
    api.force_authenticate(scene.clerk)

    def found(kind: str, **params: Any) -> list[str]:
        rows = api.get(f"{API}/{kind}/", params).json()["results"]
        return sorted(row["number"] for row in rows)

    assert found("cases", status="received") == [case.number]
    assert found("cases", matter=other.matter.code) == [other.number]
    assert found("cases", light="green") == sorted([case.number, other.number])
    assert found("cases", q=case.project.name) == [case.number]
    assert found("cases", received_before="2020-01-01T00:00:00Z") == []
    step = scene.step(scene.reviewing(), "decide")
    rows = api.get(f"{API}/steps/", {"case": step.case.number, "light": "green"}).json()["results"]
    assert [row["id"] for row in rows] == [step.pk]


def test_fifty_rows_cost_what_one_costs(scene: Scene, api: APIClient) -> None:
    matter = scene.matter()
    api.force_authenticate(scene.clerk)

    def cost(kind: str, rows: int) -> int:
        while matter.cases.count() < rows:
            (case,) = services.submit_application(actor=scene.act(scene.owner), application=scene.draft(matter))
            scene.mark_complete(case)
            services.accept_case(actor=scene.act(scene.clerk), case=case, hand_over=True)
        with CaptureQueriesContext(connection) as captured:
            assert api.get(f"{API}/{kind}/").status_code == 200
        return len(captured)

    kinds = ("cases", "steps", "applications", "matters")
    few = {kind: cost(kind, 2) for kind in kinds}
    few = {kind: cost(kind, 2) for kind in kinds}
    assert {kind: cost(kind, 12) for kind in kinds} == few


def test_schema_is_whole(tmp_path: Any) -> None:
    """Every view is described; a warning would be an error."""
    call_command("spectacular", file=str(tmp_path / "schema.yml"), validate=True, fail_on_warn=True)


def test_the_form_of_a_draft_is_read_and_filled(scene: Scene, api: APIClient) -> None:
    application = scene.draft(scene.matter(form=[FIRM, HEIGHT]), scene.matter(form=[HEIGHT]))
    place = f"{API}/applications/{application.pk}/"
    api.force_authenticate(scene.owner)
    firm, height = api.get(place).json()["form"]
    assert (firm["value"], firm["origin"], firm["fixed"]) == (scene.enterprise.name, "enterprise", True)
    codes = [matter.code for matter in scene.matters]
    assert (height["asked_by"], height["required"], height["value"]) == (codes, True, None)
    refused = api.patch(f"{place}answers/", {"answers": {"building_height": "高"}}, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["building_height"])
    kept = api.patch(f"{place}answers/", {"answers": {"building_height": 23.8}}, format="json")
    assert (kept.status_code, kept.json()["answers"]) == (200, {"building_height": 23.8})
    api.force_authenticate(make_user())
    assert api.patch(f"{place}answers/", {"answers": {}}, format="json").status_code == 404
    api.force_authenticate(scene.owner)
    assert api.post(f"{place}submit/").status_code == 200
    assert api.patch(f"{place}answers/", {"answers": {"building_height": 1}}, format="json").status_code == 409
    assert api.get(place).json()["answers"] == {"applicant_name": scene.enterprise.name, "building_height": 23.8}


def test_fields_are_marked_and_answered(scene: Scene, api: APIClient) -> None:
    application = scene.draft(scene.matter(form=[HEIGHT]))
    Application.objects.filter(pk=application.pk).update(answers={"building_height": 12})
    (case,) = services.submit_application(actor=scene.act(scene.owner), application=application)
    api.force_authenticate(scene.clerk)
    marked = [{"field": "building_height", "text": "与图纸不一致"}]
    assert act(api, case, "correct", fields_wrong=marked).status_code == 200
    api.force_authenticate(scene.owner)
    assert list(act(api, case, "resubmit").json()["errors"]) == ["field-building_height"]
    assert act(api, case, "resubmit", answers={"building_height": 13}).status_code == 200
    assert Application.objects.get(pk=application.pk).answers == {"building_height": 13}
