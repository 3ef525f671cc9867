from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Department, Role, User
from enterprises.models import Enterprise
from projects.models import Project
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_mandate
from tests.factories.projects import COMPLETE, make_code, make_draft, make_project
from tests.queries import CaptureQueriesContext

PROJECTS = "/api/v1/projects/"


def caller(user: User) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(user)
    return client


def whole(**changes: Any) -> dict[str, Any]:
    return {field: str(value) if not isinstance(value, bool) else value for field, value in COMPLETE.items()} | changes


def test_nobody_reads_without_signing_in(db: None) -> None:
    assert APIClient().get(PROJECTS).status_code in (401, 403)


def test_one_sees_ones_own_and_staff_see_declared_ones(owner: User, enterprise: Enterprise, draft: Project) -> None:
    project = make_project(enterprise, owner)
    make_project(make_enterprise(), make_user())
    assert [row["id"] for row in caller(owner).get(PROJECTS).json()["results"]] == [project.pk, draft.pk]
    leader = make_user()
    make_post(leader, make_department(kind=Department.Kind.HALL), Role.LEADER)
    assert caller(leader).get(PROJECTS).json()["count"] == 2
    assert caller(make_user()).get(f"{PROJECTS}{project.pk}/").status_code == 404


def test_a_program_declares_a_project(owner: User, enterprise: Enterprise) -> None:
    client = caller(owner)
    answer = client.post(PROJECTS, {"enterprise": enterprise.pk, "name": "接口项目"})
    assert answer.status_code == 201
    address = f"{PROJECTS}{answer.json()['id']}/"
    assert "location" in answer.json()["gaps"]
    early = client.post(f"{address}declare/")
    assert early.status_code == 400
    assert "total_investment" in early.json()["errors"]
    assert client.patch(address, whole(national_code="26031303710401123456")).status_code == 200
    declared = client.post(f"{address}declare/")
    assert declared.status_code == 200
    assert declared.json()["status"] == "declared"
    assert declared.json()["national_code"] == "2603-130371-04-01-123456"
    assert client.post(f"{address}declare/").status_code == 200


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"land_area": "viel"}, "land_area"),
        ({"land_area": "-1"}, "land_area"),
        ({"procedure": "none"}, "procedure"),
        ({"national_code": "123"}, "national_code"),
        ({"planned_start": "2027-02-30"}, "planned_start"),
        ({"contact_phone": "1"}, "contact_phone"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_nothing_is_kept(
    owner: User, draft: Project, values: dict[str, str], field: str
) -> None:
    answer = caller(owner).patch(f"{PROJECTS}{draft.pk}/", {**values, "location": "新址"})
    assert answer.status_code == 400
    body = answer.json()
    assert field in body.get("errors", body)
    draft.refresh_from_db()
    assert draft.location == ""


def test_status_and_owner_cannot_be_sent(owner: User, draft: Project) -> None:
    other = make_enterprise()
    caller(owner).patch(f"{PROJECTS}{draft.pk}/", {"status": "declared", "enterprise": other.pk})
    draft.refresh_from_db()
    assert (draft.status, draft.enterprise_id) == ("draft", draft.enterprise_id)
    assert draft.enterprise != other


def test_a_declared_project_is_no_draft(owner: User, enterprise: Enterprise) -> None:
    project = make_project(enterprise, owner)
    assert caller(owner).patch(f"{PROJECTS}{project.pk}/", {"name": "x"}).status_code == 409


def test_a_foreign_firm_and_a_missing_one_are_refused(owner: User) -> None:
    assert caller(owner).post(PROJECTS, {"enterprise": make_enterprise().pk}).status_code == 403
    assert caller(owner).post(PROJECTS, {"name": "x"}).status_code == 400


def test_an_agent_without_leave_to_declare_is_refused(owner: User, enterprise: Enterprise) -> None:
    agent = make_user()
    make_post(agent, make_department(kind=Department.Kind.SERVICE), Role.AGENT)
    make_mandate(enterprise, agent, owner, may_declare=False)
    draft = make_draft(enterprise, owner, **COMPLETE)
    assert caller(agent).patch(f"{PROJECTS}{draft.pk}/", {"name": "新名"}).status_code == 200
    assert caller(agent).post(f"{PROJECTS}{draft.pk}/declare/").status_code == 403


def test_the_code_comes_later(owner: User, enterprise: Enterprise) -> None:
    project, code = make_project(enterprise, owner), make_code()
    address = f"{PROJECTS}{project.pk}/national-code/"
    assert caller(owner).post(address, {"national_code": "12"}).status_code == 400
    assert caller(owner).post(address, {"national_code": code}).json()["national_code"] == code
    assert caller(owner).get(f"{PROJECTS}?national_code={code}").json()["count"] == 1


def test_filters(owner: User, enterprise: Enterprise) -> None:
    make_project(enterprise, owner, name="轮毂", industry="36", stage="design")
    make_project(enterprise, owner, name="阀门", industry="34")
    client = caller(owner)
    for query, names in (
        ("industry=36", ["轮毂"]),
        ("stage=land", ["阀门"]),
        ("min_investment=99999999", []),
        (f"credit_code={enterprise.credit_code}", ["阀门", "轮毂"]),
        ("q=轮", ["轮毂"]),
    ):
        assert [row["name"] for row in client.get(f"{PROJECTS}?{query}").json()["results"]] == names


def test_the_list_costs_the_same_for_one_and_for_fifty(owner: User, enterprise: Enterprise) -> None:
    client = caller(owner)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(PROJECTS)
        return len(queries)

    make_project(enterprise, owner)
    cost()  # the posts of the caller are read once
    one = cost()
    for _ in range(48):
        make_project(enterprise, owner)
    make_draft(enterprise, owner)
    assert cost() == one
