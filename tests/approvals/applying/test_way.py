"""The investor's way through the pages: matters, check, submission, receipt."""

import pytest
from django.urls import reverse

from accounts.models import Department, Role, User
from approvals.models import Application, Case, Matter
from enterprises.models import Enterprise
from projects.models import Project
from tests.approvals.applying.pages import answers_of, url
from tests.clients import in_english
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.approvals import (
    hand_in_all,
    make_application,
    make_case,
    make_matter,
    submit,
)
from tests.factories.enterprises import make_mandate
from tests.factories.files import make_upload
from tests.factories.projects import make_code, make_draft

pytestmark = pytest.mark.django_db


def test_the_whole_way_from_project_to_receipt(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    client = in_english(owner)
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
    client = in_english(owner)
    assert answers_of(client.get(url("matters", application.pk))) == {"SG01": (True, False)}
    Project.objects.filter(pk=project.pk).update(stage="design")
    assert answers_of(client.get(url("matters", application.pk))) == {"SG01": (True, True)}


def test_submitting_twice_makes_the_cases_once(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    application = make_application(project, owner, [matters["needed"], matters["unclear"]])
    hand_in_all(application, owner)
    client = in_english(owner)
    for _twice in range(2):
        answer = client.post(url("check", application.pk))
        assert answer["Location"] == url("submitted", application.pk)
    assert Case.objects.count() == 2


def test_pages_of_a_submitted_application_lead_to_its_confirmation(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    application = make_application(project, owner, [matters["needed"]])
    submit(application, owner)
    client = in_english(owner)
    for name in ("matters", "materials", "questions", "check", "application"):
        assert client.get(url(name, application.pk))["Location"] == url("submitted", application.pk)


def test_what_is_missing_stops_the_submission_with_links(
    project: Project, owner: User, matters: dict[str, Matter]
) -> None:
    application = make_application(project, owner, [matters["needed"]])
    answer = in_english(owner).post(url("check", application.pk))
    assert answer.status_code == 400
    papers = [application.materials.get(code=code).pk for code in ("application-form", "site-map")]
    assert [line["url"] for line in answer.context["lines"]] == [
        f"{url('materials', application.pk)}#material-{pk}" for pk in papers
    ]
    assert not Case.objects.exists()


def test_an_application_without_matters_says_so(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    application = make_application(project, owner)
    client = in_english(owner)
    answer = client.post(url("matters", application.pk), {})
    assert answer.status_code == 400
    assert answer.context["errors"] == ["Choose at least one matter."]
    answer = client.post(url("check", application.pk))
    assert answer.status_code == 400
    assert [line["url"] for line in answer.context["lines"]] == [url("matters", application.pk)]


def test_a_matter_that_runs_already_cannot_be_ticked(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    case = make_case(project, owner, matters["needed"])
    application = make_application(project, owner)
    client = in_english(owner)
    page = client.get(url("matters", application.pk))
    assert answers_of(page)["LX01"] == (True, False)
    assert case.number in page.content.decode()
    assert client.post(url("matters", application.pk), {"matters": ["LX01"]}).status_code == 400


def test_a_draft_project_has_no_application(enterprise: Enterprise, owner: User) -> None:
    draft = make_draft(enterprise, owner)
    answer = in_english(owner).post(url("apply", draft.pk))
    assert answer["Location"] == reverse("projects:tasks", args=[draft.pk])
    assert not Application.objects.exists()


def test_from_a_guide_to_the_application(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    client = in_english(owner)
    assert client.get(url("new") + "?matter=GC02").context["matter"] == matters["unclear"]
    answer = client.post(url("new"), {"matter": "GC02", "project": project.pk})
    application = Application.objects.get()
    assert answer["Location"] == url("matters", application.pk)
    assert list(application.chosen.values_list("matter__code", flat=True)) == ["GC02"]


def test_an_agent_whose_scope_leaves_a_matter_out_cannot_submit_it(
    project: Project, owner: User, enterprise: Enterprise, matters: dict[str, Matter]
) -> None:
    agent = make_user()
    make_post(agent, make_department(kind=Department.Kind.SERVICE), Role.AGENT)
    make_mandate(enterprise, agent, owner, matters=["GC02"])
    application = make_application(project, owner, [matters["needed"]])
    hand_in_all(application, owner)
    answer = in_english(agent).post(url("check", application.pk))
    assert answer.status_code == 400
    assert "does not cover this matter" in answer.context["lines"][0]["text"]
    assert not Case.objects.exists()


def test_the_clerk_takes_a_walk_in_through_the_same_pages(
    project: Project, enterprise: Enterprise, matters: dict[str, Matter]
) -> None:
    clerk = make_user()
    make_post(clerk, matters["needed"].window, Role.CLERK)
    client = in_english(clerk)
    client.post(url("apply", project.pk))
    application = Application.objects.get()
    client.post(url("matters", application.pk), {"matters": ["LX01"]})
    for material in application.materials.all():
        client.post(url("upload", material.pk), {"file": make_upload()})
    assert client.post(url("check", application.pk)).status_code == 302
    application.refresh_from_db()
    assert (application.channel, application.status, application.submitted_by) == ("window", "submitted", clerk)


def test_the_code_warning_goes_away_with_the_code(project: Project, owner: User, matters: dict[str, Matter]) -> None:
    application = make_application(project, owner, [matters["needed"]])
    Project.objects.filter(pk=project.pk).update(national_code=make_code())
    assert in_english(owner).get(url("check", application.pk)).context["without_code"] == []
