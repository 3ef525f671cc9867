"""The form in the browser's terms: list of pages, one page, autosave, check, and the window filling it for a firm."""

from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Role, User
from approvals.models import Application, Case
from approvals.services.filling import save_answers_of_form
from projects.models import Project
from tests.approvals.applying.forms import ANSWERS, two_matters, values_of
from tests.approvals.applying.pages import url
from tests.clients import in_english
from tests.factories.accounts import make_post, make_user
from tests.factories.approvals import hand_in_all, make_application
from tests.queries import statements

pytestmark = pytest.mark.django_db

SITE = {"building_height": "23.8", "floors_above": "3"}


@pytest.fixture
def draft(project: Project, owner: User) -> Application:
    return make_application(project, owner, two_matters())


def states(page: Any) -> list[tuple[str, str]]:
    return [(item["url"].split("/")[-2], item["state"]) for item in page.context["items"]]


def test_from_matters_to_the_form_page_by_page_to_the_materials(draft: Application, owner: User) -> None:
    client = in_english(owner)
    answer = client.post(url("matters", draft.pk), {"matters": ["GC01", "SG01"]})
    assert answer["Location"] == url("form", draft.pk)
    page = client.get(answer["Location"])
    assert states(page) == [("applicant", "todo"), ("project", "todo"), ("GC01", "done"), ("SG01", "todo")]
    assert (page.context["asked"], page.context["known"]) == (10, 2)
    onward = []
    for slug, data in (
        ("applicant", {"finance_phone": "13800000000"}),
        ("project", SITE),
        ("SG01", {"energy_use": "1800", "contract_start": "2027-03-01", "key_process": "false", "award_way": "open"}),
    ):
        onward.append(client.post(url("form_page", draft.pk, slug), data)["Location"])
    assert onward == [
        url("form_page", draft.pk, "project"), url("form_page", draft.pk, "SG01"), url("materials", draft.pk),
    ]  # fmt: skip
    assert states(client.get(url("form", draft.pk)))[0] == ("applicant", "done")


def test_a_page_shows_what_is_known_with_the_place_to_change_it(draft: Application, owner: User) -> None:
    client = in_english(owner)
    known = client.get(url("form_page", draft.pk, "project")).context["known"]
    assert known == [
        {
            "label": "Field project_location", "value": draft.project.location, "empty": "None",
            "change_url": "",
        }
    ]  # fmt: skip
    save_answers_of_form(actor=Actor(owner), application=draft, answers={"energy_use": 1800})
    page = client.get(url("form_page", draft.pk, "SG01"))
    assert [(row["value"], row["change_url"]) for row in page.context["known"]] == [
        ("1,800", url("questions", draft.pk))
    ]
    assert "energy_use" not in page.context["form"].fields


def test_wrong_values_are_told_at_the_field_and_good_ones_kept(draft: Application, owner: User) -> None:
    answer = in_english(owner).post(
        url("form_page", draft.pk, "project"), {"building_height": "高", "floors_above": "3"}
    )
    assert answer.status_code == 400
    assert answer.context["form"].errors == {"building_height": ["Enter a number."]}
    assert values_of(draft) == {"floors_above": 3}


def test_autosave_keeps_what_is_right_and_says_what_is_not(draft: Application, owner: User) -> None:
    client = in_english(owner)
    page = client.get(url("form_page", draft.pk, "project"))
    sent = {
        "version": page.context["version"],
        "page": page.context["page"],
        "building_height": "x",
        "floors_above": "3",
    }
    answer = client.post(url("form_autosave", draft.pk, "project"), sent)
    body = answer.json()
    assert (answer.status_code, body["errors"]) == (200, {"building_height": ["Enter a number."]})
    assert "except 1 field" in body["message"]
    assert client.post(url("form_page", draft.pk, "project"), {**sent, **SITE})["Location"]
    stale = {**sent, **SITE, "page": "another", "floors_above": "9"}
    refused = client.post(url("form_autosave", draft.pk, "project"), stale)
    assert (refused.status_code, "another device" in refused.json()["message"]) == (409, True)
    shown = client.post(url("form_page", draft.pk, "project"), stale)
    assert shown.status_code == 400
    assert shown.context["others"] == [{"label": "Field floors_above", "value": "3 floors"}]


def test_a_question_stays_on_the_page_that_is_still_typing_it(draft: Application, owner: User) -> None:
    client = in_english(owner)
    page = client.get(url("form_page", draft.pk, "SG01"))
    sent = {"version": page.context["version"], "page": page.context["page"]}
    for typed in ("18", "1800"):
        answer = client.post(url("form_autosave", draft.pk, "SG01"), {**sent, "energy_use": typed})
        assert answer.status_code == 200
    draft.project.refresh_from_db()
    assert draft.project.answers == {"energy_use": 1800}


def test_the_check_shows_answers_and_leads_to_each_gap(draft: Application, owner: User) -> None:
    client = in_english(owner)
    hand_in_all(draft, owner)
    page = client.get(url("check", draft.pk))
    assert [line["url"] for line in page.context["lines"]] == [
        f"{url('form_page', draft.pk, slug)}#id_{name}"
        for slug, name in (
            ("project", "building_height"), ("project", "floors_above"), ("applicant", "finance_phone"),
            ("SG01", "energy_use"), ("SG01", "contract_start"), ("SG01", "key_process"), ("SG01", "award_way"),
        )
    ]  # fmt: skip
    assert client.post(url("check", draft.pk)).status_code == 400
    save_answers_of_form(actor=Actor(owner), application=draft, answers=ANSWERS)
    page = client.get(url("check", draft.pk))
    assert page.context["lines"] == []
    assert page.context["form_pages"][1]["rows"][1] == {"label": "Field building_height", "value": "23.8 metres"}
    back = client.post(url("form_page", draft.pk, "project"), {**SITE, "next": "check"})
    assert back["Location"] == f"{url('check', draft.pk)}#form-project"
    assert client.post(url("check", draft.pk))["Location"] == url("submitted", draft.pk)


def test_pages_are_closed_to_strangers_and_after_submission(draft: Application, owner: User) -> None:
    stranger, client = in_english(make_user()), in_english(owner)
    for name, args in (("form", ()), ("form_page", ("project",))):
        assert stranger.get(url(name, draft.pk, *args)).status_code == 404
    assert stranger.post(url("form_autosave", draft.pk, "project"), SITE).status_code == 404
    assert client.get(url("form_page", draft.pk, "YS01")).status_code == 404
    save_answers_of_form(actor=Actor(owner), application=draft, answers=ANSWERS)
    hand_in_all(draft, owner)
    client.post(url("check", draft.pk))
    assert client.get(url("form", draft.pk))["Location"] == url("submitted", draft.pk)
    assert client.post(url("form_page", draft.pk, "project"), SITE)["Location"] == url("submitted", draft.pk)
    assert client.post(url("form_autosave", draft.pk, "project"), SITE).status_code == 409


def test_the_clerk_fills_the_form_for_a_firm_at_the_window(project: Project) -> None:
    pair = two_matters()
    clerk = make_user()
    make_post(clerk, pair[0].window, Role.CLERK)
    client = in_english(clerk)
    client.post(url("apply", project.pk))
    application = Application.objects.get()
    client.post(url("matters", application.pk), {"matters": ["GC01"]})
    assert client.post(url("form_page", application.pk, "project"), SITE)["Location"] == url(
        "materials", application.pk
    )
    hand_in_all(application, clerk)
    assert client.post(url("check", application.pk)).status_code == 302
    case = Case.objects.get()
    assert case.forms.get().answers["building_height"] == 23.8
    assert "23.8 metres" in client.get(url("desk_case", case.number)).content.decode()


def test_a_case_shows_its_own_fields_only_to_applicant_clerk_and_reviewer(draft: Application, owner: User) -> None:
    save_answers_of_form(actor=Actor(owner), application=draft, answers=ANSWERS)
    hand_in_all(draft, owner)
    in_english(owner).post(url("check", draft.pk))
    planning, permit = Case.objects.order_by("id")
    clerk = make_user()
    make_post(clerk, planning.window, Role.CLERK)
    for person, name in ((owner, "case"), (clerk, "desk_case")):
        filled = in_english(person).get(url(name, planning.number)).context["filled"]
        shown = [row["name"] for section in filled.sections for row in section["rows"]]
        assert shown == ["applicant_name", "project_location", "building_height", "floors_above", "deviation_note"]
    assert "13800000000" in in_english(clerk).get(url("desk_case", permit.number)).content.decode()


def test_form_pages_cost_the_same_for_one_matter_and_for_two(draft: Application, owner: User) -> None:
    client = in_english(owner)
    names = (("form", ()), ("form_page", ("project",)), ("materials", ()), ("check", ()))

    def costs() -> list[int]:
        return [statements(lambda n=name, a=args: client.get(url(n, draft.pk, *a))) for name, args in names]

    costs()
    two = costs()
    draft.chosen.filter(matter__code="SG01").delete()
    assert costs() == two
