"""Special procedures and extensions through the API: the same services, refusals as proper 4xx."""

from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from approvals.models import Case, Step
from deadlines.models import Extension, Stop
from tests.approvals.march import MONDAY, at, due
from tests.approvals.scene import Scene
from tests.clock import HallClock
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db

BEGIN = {"ground": "testing", "reason": "材料检测", "planned_days": 3}


@pytest.fixture(autouse=True)
def _march(hall_clock: HallClock) -> None:
    hall_clock.set(MONDAY)


@pytest.fixture
def api(scene: Scene) -> APIClient:
    client = APIClient()
    client.force_authenticate(scene.reviewer)
    return client


@pytest.fixture
def case(scene: Scene) -> Case:
    return scene.reviewing()


@pytest.fixture
def step(scene: Scene, case: Case) -> Step:
    return scene.step(case, "decide")


def act(client: APIClient, step: Step, name: str, **data: Any) -> Any:
    return client.post(f"/api/v1/steps/{step.pk}/{name}/", data, format="json")


def test_beginning_and_ending(scene: Scene, api: APIClient, case: Case, step: Step, hall_clock: HallClock) -> None:
    clock = act(api, step, "begin_special_procedure", **BEGIN, seen="open").json()["clock"]
    assert (clock["light"], clock["stopped_at"][:10], clock["resumes_at"][:10]) == (
        "stopped", "2025-03-03", "2025-03-06",
    )  # fmt: skip
    shown = api.get(f"/api/v1/cases/{case.number}/").json()
    assert (shown["clock"]["light"], shown["clock"]["extended"]) == ("stopped", 0)
    assert [(one["ground"], one["ends_at"]) for one in shown["stops"]] == [("testing", None)]
    assert act(api, step, "begin_special_procedure", **BEGIN).status_code == 409
    assert act(api, step, "propose", decision="granted").json()["code"] == "transition_not_allowed"
    hall_clock.set(at("2025-03-05T10:00"))
    answer = act(api, step, "end_special_procedure", ends_at="2025-03-04T10:00:00+08:00")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["late_reason"])
    clock = act(api, step, "end_special_procedure").json()["clock"]
    assert (clock["light"], clock["stopped_at"]) == ("green", None)
    assert due(case) == ("2025-03-12", "2025-03-19")
    assert act(api, step, "end_special_procedure").status_code == 409


def test_wrong_input_comes_back_by_field(api: APIClient, step: Step) -> None:
    answer = act(api, step, "begin_special_procedure", ground="holiday", planned_days=0)
    assert (answer.status_code, set(answer.json())) == (400, {"ground", "planned_days", "reason"})
    answer = act(api, step, "begin_special_procedure", **BEGIN, starts_at="2025-03-04T10:00:00+08:00")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["starts_at"])
    answer = act(api, step, "ask_extension", amount=11, reason="复杂")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["amount"])
    assert (Stop.objects.count(), Extension.objects.count()) == (0, 0)


def test_asking_deciding_and_revoking(scene: Scene, api: APIClient, case: Case, step: Step) -> None:
    assert act(api, step, "ask_extension", amount=5, reason="复杂", seen="open").status_code == 200
    (asked,) = api.get(f"/api/v1/cases/{case.number}/").json()["extensions"]
    assert (asked["status"], asked["amount"], asked["reason"]) == ("asked", 5, "复杂")
    given = {"extension": asked["id"], "approve": True}
    assert act(api, step, "decide_extension", **given).status_code == 403
    api.force_authenticate(scene.owner)
    assert api.get(f"/api/v1/cases/{case.number}/").json()["extensions"] == []
    api.force_authenticate(scene.head)
    answer = act(api, step, "decide_extension", extension=asked["id"], approve=False)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["remark"])
    assert act(api, step, "decide_extension", **given).json()["clock"]["extended"] == 5
    assert due(case) == ("2025-03-17", "2025-03-24")
    assert act(api, step, "decide_extension", **given).json()["code"] == "stale"
    api.force_authenticate(scene.owner)
    assert [one["status"] for one in api.get(f"/api/v1/cases/{case.number}/").json()["extensions"]] == ["approved"]
    api.force_authenticate(scene.head)
    assert act(api, step, "revoke_extension", extension=asked["id"], remark="收回").json()["clock"]["extended"] == 0
    assert due(case) == ("2025-03-10", "2025-03-17")


def test_withdrawing_and_requests_of_other_cases(scene: Scene, api: APIClient, step: Step) -> None:
    other = scene.step(scene.reviewing(), "decide")
    act(api, step, "ask_extension", amount=5, reason="复杂")
    pk = Extension.objects.get().pk
    assert act(api, other, "withdraw_extension", extension=pk).status_code == 404
    assert act(api, step, "withdraw_extension", extension=pk).status_code == 200
    assert Extension.objects.get().status == "withdrawn"


def test_strangers_find_no_such_step(scene: Scene, api: APIClient, step: Step) -> None:
    for user, status in ((make_user(), 404), (scene.owner, 404), (scene.reviewers["city"], 404), (scene.clerk, 403)):
        api.force_authenticate(user)
        assert act(api, step, "begin_special_procedure", **BEGIN).status_code == status
        assert act(api, step, "ask_extension", amount=5, reason="复杂").status_code == status


def test_the_acts_are_in_the_schema(api: APIClient) -> None:
    paths = api.get(reverse("api-schema"), HTTP_ACCEPT="application/vnd.oai.openapi+json").json()["paths"]
    acts = {path.split("/")[-2] for path in paths if path.startswith("/api/v1/steps/{id}/")}
    assert acts >= {
        "begin_special_procedure", "end_special_procedure", "ask_extension", "decide_extension",
        "withdraw_extension", "revoke_extension",
    }  # fmt: skip
