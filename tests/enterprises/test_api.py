"""Enterprises and visits for programs."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from common.time import now, today
from enterprises.models import Enterprise, Tier, Visit
from enterprises.services.planning import plan_visits
from tests.factories.enterprises import make_enterprise, make_visit
from tests.queries import statements

pytestmark = pytest.mark.django_db

ENTERPRISES, VISITS = "/api/v1/enterprises/", "/api/v1/visits/"


@pytest.fixture
def visit(officer: User) -> Visit:
    make_enterprise(tier=Tier.KEY, created_at=now() - timedelta(days=200))
    plan_visits()
    return Visit.objects.get()


def report(**changes: object) -> dict[str, object]:
    return {
        "visited_on": today().isoformat(),
        "met": "总经理",
        "summary": "平稳",
        "requests": [{"connection": "people", "text": "招聘"}],
        **changes,
    }


def test_anonymous_gets_nothing(client: Client) -> None:
    assert client.get(ENTERPRISES).status_code == 403
    assert client.get(VISITS).status_code == 403


def test_everybody_sees_his_own_enterprises(client: Client, enterprise: Enterprise, owner: User, clerk: User) -> None:
    other = make_enterprise()
    for user, ids in ((owner, {enterprise.pk}), (clerk, {enterprise.pk, other.pk})):
        client.force_login(user)
        assert {row["id"] for row in client.get(ENTERPRISES).json()["results"]} == ids
    client.force_login(owner)
    assert client.get(f"{ENTERPRISES}{other.pk}/").status_code == 404
    assert client.get(f"{ENTERPRISES}{enterprise.pk}/").json()["credit_code"] == enterprise.credit_code


def test_filters(client: Client, enterprise: Enterprise, clerk: User) -> None:
    key = make_enterprise(tier=Tier.KEY)
    client.force_login(clerk)
    for query, found in (({"tier": "key"}, key), ({"q": "海蓝"}, enterprise), ({"q": key.credit_code.lower()}, key)):
        assert [row["id"] for row in client.get(ENTERPRISES, query).json()["results"]] == [found.pk]
    assert client.get(ENTERPRISES, {"tier": "giant"}).status_code == 400


def test_nothing_is_written_past_the_services(client: Client, enterprise: Enterprise, owner: User) -> None:
    client.force_login(owner)
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(f"{ENTERPRISES}{enterprise.pk}/", content_type="application/json").status_code == 405


def test_visits_with_light(client: Client, visit: Visit, officer: User, stranger: User, clerk: User) -> None:
    client.force_login(officer)
    row = client.get(VISITS, {"light": "green"}).json()["results"][0]
    assert (row["id"], row["light"], row["officer_name"]) == (visit.pk, "green", str(officer))
    assert client.get(VISITS, {"light": "red"}).json()["count"] == 0
    for user in (stranger, clerk):
        client.force_login(user)
        assert client.get(VISITS).json()["count"] == 0
        assert client.get(f"{VISITS}{visit.pk}/").status_code == 404
        assert client.post(f"{VISITS}{visit.pk}/record/", report(), "application/json").status_code == 404


def test_record_through_the_same_service(client: Client, visit: Visit, officer: User) -> None:
    client.force_login(officer)
    done = client.post(f"{VISITS}{visit.pk}/record/", report(), "application/json")
    assert done.status_code == 200
    assert (done.json()["status"], done.json()["light"]) == ("done", "done")
    assert [row["connection"] for row in done.json()["requests"]] == ["people"]
    again = client.post(f"{VISITS}{visit.pk}/record/", report(), "application/json")
    assert (again.status_code, again.json()["code"]) == (409, "transition_not_allowed")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"visited_on": "2999-01-01"}, "visited_on"), ({"met": ""}, "met"),
     ({"requests": [{"connection": "weather", "text": "雨"}]}, "requests")],
)  # fmt: skip
def test_wrong_record_is_told_at_its_field(
    client: Client, visit: Visit, officer: User, changes: dict[str, object], field: str
) -> None:
    client.force_login(officer)
    response = client.post(f"{VISITS}{visit.pk}/record/", report(**changes), "application/json")
    assert response.status_code == 400
    assert field in response.json().get("errors", response.json())


def test_leader_reads_and_is_refused_with_403(client: Client, visit: Visit, service_office: object) -> None:
    from accounts.models import Role
    from tests.factories.accounts import make_post, make_user

    leader = make_user()
    make_post(leader, service_office, Role.LEADER)
    client.force_login(leader)
    response = client.post(f"{VISITS}{visit.pk}/record/", report(), "application/json")
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


def test_lists_take_the_same_number_of_queries_for_one_and_fifty(client: Client, visit: Visit, officer: User) -> None:
    client.force_login(officer)

    before = [statements(lambda list_=list_: client.get(list_)) for list_ in (ENTERPRISES, VISITS)]
    for _ in range(49):
        make_visit(make_enterprise(), officer)
    assert [statements(lambda list_=list_: client.get(list_)) for list_ in (ENTERPRISES, VISITS)] == before
