"""The investor's way through the pages: matters, materials, check, submission, corrections, decision."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Department, Role, User
from approvals.models import Application, Case, CaseMaterial, CorrectionNotice, Delivery, Material, MaterialFile, Matter
from common.time import now
from enterprises.models import Enterprise
from files.access import may_read
from projects.models import Project
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.approvals import (
    hand_in_all,
    make_application,
    make_case,
    make_material_spec,
    make_matter,
    submit,
)
from tests.factories.enterprises import make_enterprise, make_mandate, make_membership
from tests.factories.files import PDF, PNG, make_upload
from tests.factories.projects import make_code, make_draft, make_project
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def enterprise(owner: User) -> Enterprise:
    enterprise = make_enterprise()
    make_membership(enterprise, owner)
    return enterprise


@pytest.fixture
def project(enterprise: Enterprise, owner: User) -> Project:
    return make_project(enterprise, owner)


@pytest.fixture
def matters() -> dict[str, Matter]:
    """One needed, one to be confirmed, one not needed; the first two share a material."""
    form = make_material_spec("application-form")
    return {
        "needed": make_matter(
            "LX01", materials=[form, make_material_spec("site-map", secondary=True)], needs_project_code=True
        ),
        "unclear": make_matter(
            "GC02",
            stage="design",
            materials=[form, make_material_spec("drawing", accepts=["dwg", "pdf"])],
            when={"fact": "takes_water", "op": "eq", "value": True},
        ),
        "unneeded": make_matter("QY03", stage="business", when={"fact": "capital", "op": "eq", "value": "foreign"}),
    }


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"approvals:{name}", args=args)


def answers_of(page: Any) -> dict[str, tuple[bool | None, bool]]:
    """By matter code: (needed?, chosen?)."""
    return {
        need.matter.code: (need.answer, need.chosen)
        for stage in page.context["stages"]
        for need in [*stage.needed, *stage.unclear, *stage.unneeded]
    }


def test_the_whole_way_from_project_to_receipt(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    client = signed_in(owner)
    answer = client.post(url("apply", project.pk))
    application = Application.objects.get()
    assert answer["Location"] == url("matters", application.pk)
    page = client.get(answer["Location"])
    assert answers_of(page) == {"LX01": (True, True), "GC02": (None, False), "QY03": (False, False)}
    assert page.context["open_questions"] == 1

    assert client.get(url("questions", application.pk)).status_code == 200
    answer = client.post(url("questions", application.pk), {"takes_water": "true"})
    assert answer["Location"] == url("matters", application.pk)
    assert answers_of(client.get(url("matters", application.pk)))["GC02"] == (True, True)

    answer = client.post(url("matters", application.pk), {"matters": ["LX01", "GC02"]})
    assert answer["Location"] == url("materials", application.pk)
    page = client.get(answer["Location"])
    assert [card.material.code for card in page.context["cards"]] == ["application-form", "site-map", "drawing"]
    assert page.context["missing"] == 3

    for code in ("application-form", "site-map", "drawing"):
        material = application.materials.get(code=code)
        files = [make_upload(f"{code}一.pdf"), make_upload(f"{code}二.pdf")]
        assert client.post(url("upload", material.pk), {"file": files}).status_code == 302
    page = client.get(url("check", application.pk))
    assert page.context["lines"] == []
    assert [need.matter.code for need in page.context["without_code"]] == ["LX01"]

    answer = client.post(url("check", application.pk))
    assert answer["Location"] == url("submitted", application.pk)
    application.refresh_from_db()
    cases = list(Case.objects.order_by("id"))
    text = client.get(answer["Location"]).content.decode()
    for shown in (application.number, *(case.number for case in cases), *(case.query_code for case in cases)):
        assert str(shown) in text
    receipt = client.get(url("receipt", application.pk)).content.decode()
    assert "drawing二.pdf" in receipt
    assert len(cases) == 2


def test_what_is_needed_much_later_is_shown_but_not_preselected(project: Project, owner: User) -> None:
    make_matter("SG01", stage="construction")
    application = make_application(project, owner)
    client = signed_in(owner)
    assert answers_of(client.get(url("matters", application.pk))) == {"SG01": (True, False)}
    Project.objects.filter(pk=project.pk).update(stage="design")
    assert answers_of(client.get(url("matters", application.pk))) == {"SG01": (True, True)}


def test_submitting_twice_makes_the_cases_once(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    application = make_application(project, owner, [matters["needed"], matters["unclear"]])
    hand_in_all(application, owner)
    client = signed_in(owner)
    for _twice in range(2):
        answer = client.post(url("check", application.pk))
        assert answer["Location"] == url("submitted", application.pk)
    assert Case.objects.count() == 2


def test_pages_of_a_submitted_application_lead_to_its_confirmation(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    application = make_application(project, owner, [matters["needed"]])
    submit(application, owner)
    client = signed_in(owner)
    for name in ("matters", "materials", "questions", "check", "application"):
        assert client.get(url(name, application.pk))["Location"] == url("submitted", application.pk)


def test_what_is_missing_stops_the_submission_with_links(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    application = make_application(project, owner, [matters["needed"]])
    answer = signed_in(owner).post(url("check", application.pk))
    assert answer.status_code == 400
    # A paper that may follow later is missing too, until a day is promised for it.
    assert [line["url"] for line in answer.context["lines"]] == [
        f"{url('materials', application.pk)}#material-{application.materials.get(code=code).pk}"
        for code in ("application-form", "site-map")
    ]
    assert not Case.objects.exists()


def test_an_application_without_matters_says_so(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    application = make_application(project, owner)
    client = signed_in(owner)
    answer = client.post(url("matters", application.pk), {})
    assert answer.status_code == 400
    assert answer.context["errors"] == ["Choose at least one matter."]
    answer = client.post(url("check", application.pk))
    assert answer.status_code == 400
    assert [line["url"] for line in answer.context["lines"]] == [url("matters", application.pk)]


def test_a_matter_that_runs_already_cannot_be_ticked(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    case = make_case(project, owner, matters["needed"])
    application = make_application(project, owner)
    client = signed_in(owner)
    page = client.get(url("matters", application.pk))
    assert answers_of(page)["LX01"] == (True, False)
    assert case.number in page.content.decode()
    assert client.post(url("matters", application.pk), {"matters": ["LX01"]}).status_code == 400


def test_a_draft_project_has_no_application(enterprise: Enterprise, owner: User) -> None:
    draft = make_draft(enterprise, owner)
    answer = signed_in(owner).post(url("apply", draft.pk))
    assert answer["Location"] == reverse("projects:tasks", args=[draft.pk])
    assert not Application.objects.exists()


def test_from_a_guide_to_the_application(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    client = signed_in(owner)
    assert client.get(url("new") + "?matter=GC02").context["matter"] == matters["unclear"]
    answer = client.post(url("new"), {"matter": "GC02", "project": project.pk})
    application = Application.objects.get()
    assert answer["Location"] == url("matters", application.pk)
    assert list(application.chosen.values_list("matter__code", flat=True)) == ["GC02"]


@pytest.fixture
def material(project: Project, owner: User, matters: dict[str, Matter]) -> Material:
    return make_application(project, owner, [matters["needed"]]).materials.get(code="application-form")


def test_good_files_are_kept_though_others_are_refused(material: Material, owner: User) -> None:
    files = [make_upload("好.pdf"), make_upload("假.pdf", PNG), make_upload("空.pdf", b"")]
    answer = signed_in(owner).post(url("upload", material.pk), {"file": files})
    assert answer.status_code == 400
    assert len(answer.context["errors"][material.pk]) == 2
    assert [file.file.name for file in material.files.current()] == ["好.pdf"]
    assert "假.pdf" in answer.content.decode()


def test_a_script_gets_the_box_or_the_reason(material: Material, owner: User) -> None:
    client = signed_in(owner)
    headers = {"HX-Request": "true"}
    answer = client.post(url("upload", material.pk), {"file": make_upload("一.pdf")}, headers=headers)
    assert answer.status_code == 200
    assert "一.pdf" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    answer = client.post(url("upload", material.pk), {"file": make_upload("二.pdf", PNG)}, headers=headers)
    assert answer.status_code == 400
    assert "二.pdf" in answer.json()["errors"]["file"][0]
    answer = client.post(url("upload", material.pk), {}, headers=headers)
    assert answer.json() == {"errors": {"file": ["Choose a file."]}}


def test_an_oversized_file_is_refused_with_the_limit(material: Material, owner: User, settings: Any) -> None:
    settings.HALL_UPLOAD_MAX_BYTES = 100
    upload = SimpleUploadedFile("大.pdf", PDF + b"0" * 100)
    answer = signed_in(owner).post(url("upload", material.pk), {"file": upload}, headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert "100" in answer.json()["errors"]["file"][0]


def test_replacing_keeps_the_old_file_as_history(material: Material, owner: User) -> None:
    client = signed_in(owner)
    client.post(url("upload", material.pk), {"file": make_upload("一.pdf")})
    old = material.files.get()
    client.post(url("upload", material.pk), {"file": make_upload("二.pdf"), "replaces": old.pk})
    page = client.get(url("materials", material.application_id))
    card = page.context["cards"][0]
    assert [file.file.name for file in card.current] == ["二.pdf"]
    assert [file.file.name for file in card.history] == ["一.pdf"]
    client.post(url("remove_file", card.current[0].pk))
    assert not material.files.current().exists()


def test_a_stranger_reaches_nothing_of_it(material: Material, owner: User) -> None:
    client = signed_in(owner)
    client.post(url("upload", material.pk), {"file": make_upload()})
    file = material.files.get()
    stranger = signed_in(make_user())
    application = material.application_id
    for name in ("application", "matters", "materials", "questions", "check", "submitted", "receipt"):
        assert stranger.get(url(name, application)).status_code == 404
    assert stranger.post(url("check", application)).status_code == 404
    assert stranger.post(url("discard", application)).status_code == 404
    assert stranger.post(url("upload", material.pk), {"file": make_upload()}).status_code == 404
    assert stranger.post(url("remove_file", file.pk)).status_code == 404
    assert stranger.post(url("apply", material.application.project_id)).status_code == 404
    assert stranger.get(file.file.get_absolute_url()).status_code == 404
    assert MaterialFile.objects.filter(is_current=True).count() == 1


def test_a_foreign_file_cannot_be_replaced_through_ones_own_material(
    material: Material, owner: User, matters: dict[str, Matter]
) -> None:
    other_owner = make_user()
    other_firm = make_enterprise()
    make_membership(other_firm, other_owner)
    foreign = make_application(make_project(other_firm, other_owner), other_owner, [matters["needed"]])
    hand_in_all(foreign, other_owner)
    target = MaterialFile.objects.get(material__application=foreign, material__code="application-form")
    client = signed_in(owner)
    for given in (target.pk, "x", "99999999"):
        answer = client.post(url("upload", material.pk), {"file": make_upload(), "replaces": given})
        assert answer.status_code == 404
    target.refresh_from_db()
    assert target.is_current


def test_colleague_and_agent_go_on_with_the_same_draft(
    material: Material, owner: User, enterprise: Enterprise, matters: dict[str, Matter]
) -> None:
    colleague, agent = make_user(), make_user()
    make_membership(enterprise, colleague, role="member")
    make_post(agent, make_department(kind=Department.Kind.SERVICE), Role.AGENT)
    make_mandate(enterprise, agent, owner)
    for person in (colleague, agent):
        client = signed_in(person)
        assert client.get(url("materials", material.application_id)).status_code == 200
        assert client.post(url("upload", material.pk), {"file": make_upload()}).status_code == 302
    rows = material.files.order_by("id").values_list("added_by", "on_behalf_of")
    assert list(rows) == [(colleague.pk, ""), (agent.pk, enterprise.name)]


def test_an_agent_whose_scope_leaves_a_matter_out_cannot_submit_it(
    project: Project, owner: User, enterprise: Enterprise, matters: dict[str, Matter]
) -> None:
    agent = make_user()
    make_post(agent, make_department(kind=Department.Kind.SERVICE), Role.AGENT)
    make_mandate(enterprise, agent, owner, matters=["GC02"])
    application = make_application(project, owner, [matters["needed"]])
    hand_in_all(application, owner)
    answer = signed_in(agent).post(url("check", application.pk))
    assert answer.status_code == 400
    assert "does not cover this matter" in answer.context["lines"][0]["text"]
    assert not Case.objects.exists()


def test_the_clerk_takes_a_walk_in_through_the_same_pages(
    project: Project, enterprise: Enterprise, matters: dict[str, Matter]
) -> None:
    clerk = make_user()
    make_post(clerk, matters["needed"].window, Role.CLERK)
    client = signed_in(clerk)
    client.post(url("apply", project.pk))
    application = Application.objects.get()
    client.post(url("matters", application.pk), {"matters": ["LX01"]})
    for material in application.materials.all():
        client.post(url("upload", material.pk), {"file": make_upload()})
    assert client.post(url("check", application.pk)).status_code == 302
    application.refresh_from_db()
    assert (application.channel, application.status, application.submitted_by) == ("window", "submitted", clerk)


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
    client = signed_in(owner)
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
    client = signed_in(owner)
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
    client = signed_in(owner)
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
    assert signed_in(clerk).get(url("decision", case.number)).status_code == 302
    assert Delivery.objects.get().read_at is None
    answer = signed_in(owner).get(url("decision", case.number))
    assert answer["Location"] == url("paper", case.number, "decision")
    assert Delivery.objects.get().read_by == owner


@pytest.mark.parametrize("name", ["case", "correct", "decision"])
def test_a_strangers_case_is_404(project: Project, owner: User, matters: dict[str, Matter], name: str) -> None:
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    assert signed_in(make_user()).get(url(name, case.number)).status_code == 404
    assert signed_in(make_user()).post(url("withdraw", case.number)).status_code == 404


def test_clerk_and_department_are_led_to_their_own_side(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    clerk = make_user()
    make_post(clerk, matters["needed"].window, Role.CLERK)
    assert signed_in(clerk).get(url("case", case.number))["Location"] == url("desk_case", case.number)
    leader = make_user()
    make_post(leader, make_department(kind=Department.Kind.HALL), Role.LEADER)
    assert signed_in(leader).get(url("case", case.number)).status_code == 200


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
    client = signed_in(owner)
    assert "See which matters it needs" in client.get(url("project", project.pk)).content.decode()
    (case,) = submit(make_application(project, owner, [matters["needed"]]), owner)
    page = client.get(url("project", project.pk))
    assert list(page.context["cases"]) == [case]
    assert signed_in(make_user()).get(url("project", project.pk)).status_code == 404


def test_the_code_warning_goes_away_with_the_code(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    application = make_application(project, owner, [matters["needed"]])
    Project.objects.filter(pk=project.pk).update(national_code=make_code())
    assert signed_in(owner).get(url("check", application.pk)).context["without_code"] == []


def test_the_list_of_cases_costs_the_same_for_one_and_for_fifty(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    client = signed_in(owner)
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


def test_a_draft_of_many_materials_costs_the_same_as_one_of_few(project: Project, owner: User) -> None:
    few = make_matter("LX11", materials=[make_material_spec("a")])
    many = make_matter("LX12", materials=[make_material_spec(f"m{number}") for number in range(20)])
    client = signed_in(owner)

    def cost(name: str, application: Application) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(url(name, application.pk))
        return len(queries)

    application = make_application(project, owner, [few])
    hand_in_all(application, owner)
    cost("materials", application)
    small = [cost(name, application) for name in ("materials", "check")]
    make_application(project, owner, [few, many])
    hand_in_all(application, owner)
    assert [cost(name, application) for name in ("materials", "check")] == small
