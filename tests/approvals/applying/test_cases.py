"""The investor's side of cases: corrections, withdrawal, decision, lists."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import Department, Role, User
from approvals.models import Case, CaseMaterial, CorrectionNotice, Delivery, MaterialFile, Matter
from common.time import now
from files.access import may_read
from projects.models import Project
from tests.approvals.applying.pages import url
from tests.clients import in_english
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.approvals import (
    make_application,
    make_case,
    submit,
)
from tests.factories.documents import make_document
from tests.factories.files import make_upload
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def correcting(case: Case) -> CorrectionNotice:
    """The window has sent a notice about the first material and one about nothing in particular."""
    row = case.materials.select_related("material").first()
    assert row is not None
    CaseMaterial.objects.filter(pk=row.pk).update(verdict="wrong", remark="盖章不清")
    Case.objects.filter(pk=case.pk).update(status="correcting")
    material = row.material
    items = [
        {"material": material.pk, "name": material.name, "name_en": material.name_en, "text": "盖章不清"},
        {"material": None, "name": "", "name_en": "", "text": "请补充国家项目代码"},
    ]
    return CorrectionNotice.objects.create(case=case, ordinal=1, items=items, issued_by=make_user(), issued_at=now())


def test_corrections_are_listed_and_handed_in_at_once(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    notice = correcting(case)
    client = in_english(owner)
    page = client.get(url("case", case.number)).content.decode()
    assert "盖章不清" in page
    assert "请补充国家项目代码" in page
    answer = client.post(url("correct", case.number), {"remark": "已改", "seen": "correcting"})
    assert answer.status_code == 400
    assert [line["target"] for line in answer.context["lines"]] == [f"material-{notice.items[0]['material']}"]
    assert "已改" in answer.content.decode()
    material = case.application.materials.get(pk=notice.items[0]["material"])
    old = material.files.get()
    here = url("correct", case.number)
    answer = client.post(url("upload", material.pk), {"file": make_upload("新.pdf"), "replaces": old.pk, "next": here})
    assert answer["Location"] == f"{here}#material-{material.pk}"
    answer = client.post(here, {"remark": "已改", "seen": "correcting"})
    assert answer["Location"] == url("case", case.number)
    case.refresh_from_db()
    assert case.status == "received"
    assert client.get(here)["Location"] == url("case", case.number)


def test_a_stale_withdrawal_is_told_and_changes_nothing(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    correcting(case)
    client = in_english(owner)
    answer = client.post(url("withdraw", case.number), {"seen": "received"}, follow=True)
    assert "Someone else has acted" in answer.content.decode()
    case.refresh_from_db()
    assert case.status == "correcting"
    client.post(url("withdraw", case.number), {"seen": "correcting", "reason": "改址"})
    case.refresh_from_db()
    assert case.status == "withdrawn"
    again = client.post(url("withdraw", case.number), {"seen": "withdrawn"}, follow=True)
    assert again.status_code == 200


def decided(case: Case, **fields: Any) -> None:
    values = {"status": "decided", "decision": "refused", "decision_reason": "不合规划", "decided_at": now()}
    Case.objects.filter(pk=case.pk).update(**{**values, **fields})


def test_a_decision_is_not_seen_before_the_window_issues_it(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    decided(case)
    client = in_english(owner)
    page = client.get(url("case", case.number)).content.decode()
    assert "不合规划" not in page
    assert "Refused" not in page
    assert client.get(url("decision", case.number)).status_code == 404


def test_opening_the_decision_is_the_read_receipt_of_the_firm_only(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    decided(case, status="delivered", delivered_at=now())
    clerk = make_user()
    make_post(clerk, matters["needed"].window, Role.CLERK)
    Delivery.objects.create(case=case, way="online", issued_by=clerk, issued_at=now())
    paper = make_document(case.department, kind="approvals.decision", subject=("approvals.case", case.pk))
    assert in_english(clerk).get(url("decision", case.number)).status_code == 302
    assert Delivery.objects.get().read_at is None
    answer = in_english(owner).get(url("decision", case.number))
    assert answer["Location"] == paper.get_absolute_url()
    assert Delivery.objects.get().read_by == owner


@pytest.mark.parametrize("name", ["case", "correct", "decision"])
def test_a_strangers_case_is_404(project: Project, owner: User, matters: dict[str, Matter], name: str) -> None:
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    assert in_english(make_user()).get(url(name, case.number)).status_code == 404
    assert in_english(make_user()).post(url("withdraw", case.number)).status_code == 404


def test_clerk_and_department_are_led_to_their_own_side(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    clerk = make_user()
    make_post(clerk, matters["needed"].window, Role.CLERK)
    assert in_english(clerk).get(url("case", case.number))["Location"] == url("desk_case", case.number)
    leader = make_user()
    make_post(leader, make_department(kind=Department.Kind.HALL), Role.LEADER)
    assert in_english(leader).get(url("case", case.number)).status_code == 200


def test_files_are_read_by_those_the_case_concerns(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    stored = MaterialFile.objects.filter(material__application=case.application).first().file
    reviewer, outsider, clerk = make_user(), make_user(), make_user()
    make_post(reviewer, matters["needed"].department, Role.REVIEWER)
    make_post(outsider, make_department(), Role.REVIEWER)
    make_post(clerk, matters["needed"].window, Role.CLERK)

    assert [may_read(user, stored) for user in (owner, clerk, reviewer, outsider)] == [True, True, False, False]
    Case.objects.filter(pk=case.pk).update(handed_over_at=now())
    assert [may_read(user, stored) for user in (reviewer, outsider)] == [True, False]
    assert not may_read(AnonymousUser(), stored)


def test_the_project_page_shows_its_cases_and_the_next_thing(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    client = in_english(owner)
    assert "See which matters it needs" in client.get(url("project", project.pk)).content.decode()
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    page = client.get(url("project", project.pk))
    assert list(page.context["cases"]) == [case]
    assert in_english(make_user()).get(url("project", project.pk)).status_code == 404


def test_the_list_of_cases_costs_the_same_for_one_and_for_fifty(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    client = in_english(owner)
    make_case(project, owner, matters["needed"])
    client.get(url("cases"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(url("cases"))
        return len(queries)

    one = cost()
    for _ in range(49):
        make_case(project, owner, matters["needed"])
    assert cost() == one
    assert client.get(url("cases")).context["count"] == 50
