from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Department, Role, User
from enterprises.models import Enterprise
from projects.models import Project
from projects.sections import BY_SLUG, fingerprint
from tests.clients import in_english
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_mandate
from tests.factories.projects import COMPLETE, make_draft, make_project
from tests.queries import CaptureQueriesContext


def section_url(project: Project, slug: str) -> str:
    return reverse("projects:section", args=[project.pk, slug])


def test_who_is_not_signed_in_is_asked_to(draft: Project) -> None:
    for address in ("/projects/", "/projects/new/", section_url(draft, "money")):
        assert Client().get(address)["Location"] == f"/accounts/login/?next={address}"


def test_the_whole_declaration_page_by_page(owner: User, enterprise: Enterprise) -> None:
    client = in_english(owner)
    answer = client.post("/projects/new/", {"enterprise": enterprise.pk, "name": "轮毂项目"})
    project = Project.objects.get()
    assert answer["Location"] == reverse("projects:tasks", args=[project.pk])
    pages: list[tuple[str, dict[str, Any]]] = [
        ("basics", {"name": "轮毂项目", "national_code": "26031303710401123456", "description": "年产60万件"}),
        ("kind", {"procedure": "filing", "nature": "new", "capital": "domestic", "new_enterprise": "false"}),
        ("industry", {"industry": "36"}),
        ("place", {"location": "黄河道", "uses_state_land": "true", "land_area": "42000", "building_area": "28000"}),
        ("money", {"total_investment": "12600", "own_funds": "6600", "loan_funds": "6000"}),
        ("schedule", {"planned_start": "2027-03-01", "planned_finish": "2028-10-31"}),
        ("contact", {"contact_name": "王五", "contact_phone": "138 3350 0001", "contact_email": ""}),
    ]
    order = [slug for slug, _values in pages]
    for slug, values in pages:
        assert client.get(section_url(project, slug)).status_code == 200
        answer = client.post(section_url(project, slug), values)
        # The industry was filled in from what the hall knows of the firm, so its page is skipped.
        onward = {"kind": "place", "contact": ""}.get(slug, order[(order.index(slug) + 1) % len(order)])
        expected = section_url(project, onward) if onward else reverse("projects:tasks", args=[project.pk])
        assert (answer.status_code, answer["Location"]) == (302, expected)
    check = client.get(reverse("projects:check", args=[project.pk]))
    assert check.context["lines"] == []
    answer = client.post(reverse("projects:check", args=[project.pk]))
    assert answer["Location"] == reverse("projects:declared", args=[project.pk])
    project.refresh_from_db()
    assert (project.status, project.national_code) == ("declared", "2603-130371-04-01-123456")
    assert project.contact_phone == "13833500001"
    assert client.get(answer["Location"]).status_code == 200


def test_valid_values_are_kept_and_wrong_ones_come_back_with_their_reason(owner: User, draft: Project) -> None:
    values = {"location": "黄河道", "uses_state_land": "true", "land_area": "viel", "building_area": "-5"}
    answer = in_english(owner).post(section_url(draft, "place"), values)
    assert answer.status_code == 400
    assert sorted(answer.context["form"].errors) == ["building_area", "land_area"]
    assert b'value="viel"' in answer.content
    assert b"data-error-summary" in answer.content
    draft.refresh_from_db()
    assert (draft.location, draft.uses_state_land, draft.land_area) == ("黄河道", True, None)


def test_sources_that_do_not_add_up_are_told_and_kept(owner: User, draft: Project) -> None:
    answer = in_english(owner).post(section_url(draft, "money"), {"total_investment": "100", "own_funds": "60"})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["total_investment"]
    draft.refresh_from_db()
    assert (draft.total_investment, draft.own_funds) == (Decimal(100), Decimal(60))


def test_autosave_keeps_what_is_right_and_says_what_is_not(owner: User, draft: Project) -> None:
    url = reverse("projects:autosave", args=[draft.pk, "place"])
    answer = in_english(owner).post(url, {"location": "黄河道", "land_area": "x"})
    assert answer.status_code == 200
    body = answer.json()
    draft.refresh_from_db()
    assert draft.location == "黄河道"
    assert list(body["errors"]) == ["land_area"]
    assert body["version"] == fingerprint(draft, BY_SLUG["place"])
    assert body["saved_at"] in body["message"]


def test_autosave_of_an_empty_page_empties_it_but_spares_other_pages(owner: User, enterprise: Enterprise) -> None:
    draft = make_draft(enterprise, owner, **COMPLETE)
    in_english(owner).post(reverse("projects:autosave", args=[draft.pk, "place"]), {"location": ""})
    draft.refresh_from_db()
    assert (draft.location, draft.land_area, draft.total_investment) == ("", None, Decimal(12600))


def test_what_another_device_saved_is_shown_and_nothing_typed_is_lost(owner: User, draft: Project) -> None:
    client, url = in_english(owner), section_url(draft, "contact")
    drawn = {"version": fingerprint(draft, BY_SLUG["contact"])}
    client.post(url, {"contact_name": "甲", "page": "phone", **drawn})
    typed = {"contact_name": "乙", "contact_phone": "13833500002", "page": "desk", **drawn}
    answer = client.post(url, typed)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert 'value="乙"' in text
    assert "甲" in text
    draft.refresh_from_db()
    assert draft.contact_name == "甲"
    again = client.post(url, {**typed, "version": answer.context["version"]})
    assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.contact_name == "乙"
    assert client.post(reverse("projects:autosave", args=[draft.pk, "contact"]), {**typed, "contact_name": "丙",
                       "page": "third"}).status_code == 409  # fmt: skip


def test_declaring_with_gaps_lists_them_with_links(owner: User, draft: Project) -> None:
    answer = in_english(owner).post(reverse("projects:check", args=[draft.pk]))
    assert answer.status_code == 400
    links = [line["url"] for line in answer.context["lines"]]
    assert f"{section_url(draft, 'money')}?next=check#id_total_investment" in links
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_change_on_the_check_page_leads_back_to_it(owner: User, draft: Project) -> None:
    client = in_english(owner)
    page = client.get(f"{section_url(draft, 'contact')}?next=check")
    assert b'name="next" value="check"' in page.content
    answer = client.post(section_url(draft, "contact"), {"contact_name": "王五", "next": "check"})
    assert answer["Location"] == reverse("projects:check", args=[draft.pk]) + "#contact"


def test_declaring_twice_shows_the_confirmation(owner: User, enterprise: Enterprise) -> None:
    project = make_project(enterprise, owner)
    answer = in_english(owner).post(reverse("projects:check", args=[project.pk]))
    assert answer["Location"] == reverse("projects:declared", args=[project.pk])


@pytest.mark.parametrize("name", ["tasks", "check", "discard", "declared", "national_code"])
def test_a_strangers_address_is_404(draft: Project, name: str) -> None:
    assert in_english(make_user()).get(reverse(f"projects:{name}", args=[draft.pk])).status_code == 404


def test_strangers_can_neither_look_at_a_page_nor_save_it(draft: Project) -> None:
    client = in_english(make_user())
    assert client.get(section_url(draft, "money")).status_code == 404
    assert client.post(reverse("projects:autosave", args=[draft.pk, "money"]), {}).status_code == 404
    assert client.post(section_url(draft, "money"), {}).status_code == 404


def test_an_unknown_part_is_404(owner: User, draft: Project) -> None:
    assert in_english(owner).get(section_url(draft, "nothing")).status_code == 404


def test_a_foreign_enterprise_cannot_be_chosen(owner: User, enterprise: Enterprise) -> None:
    foreign = make_enterprise()
    answer = in_english(owner).post("/projects/new/", {"enterprise": foreign.pk, "name": "x"})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["enterprise"]
    assert not Project.objects.exists()


def test_who_acts_for_no_firm_is_told_what_to_do(db: None) -> None:
    assert "projects/no_enterprise.html" in [
        template.name for template in in_english(make_user()).get("/projects/new/").templates
    ]


def test_an_agent_goes_on_with_the_draft_until_the_mandate_is_revoked(
    owner: User, enterprise: Enterprise, draft: Project
) -> None:
    agent = make_user()
    make_post(agent, make_department(kind=Department.Kind.SERVICE), Role.AGENT)
    mandate = make_mandate(enterprise, agent, owner)
    client, url = in_english(agent), section_url(draft, "contact")
    answer = client.get(url)
    assert enterprise.name in answer.content.decode()
    assert client.post(url, {"contact_name": "王五"}).status_code == 302
    mandate.revoked_at, mandate.revoked_by = draft.saved_at, owner
    mandate.save()
    assert client.post(url, {"contact_name": "李四"}).status_code == 403
    draft.refresh_from_db()
    assert draft.contact_name == "王五"


def test_a_walk_in_is_declared_by_the_clerk(enterprise: Enterprise) -> None:
    clerk = make_user()
    make_post(clerk, make_department(kind=Department.Kind.WINDOW), Role.CLERK)
    client = in_english(clerk)
    assert client.get("/projects/new/")["Location"] == reverse("approvals:walk_in")
    page = client.get(f"/projects/new/?enterprise={enterprise.pk}")
    assert enterprise.name in page.content.decode()
    client.post("/projects/new/", {"enterprise": enterprise.pk, "name": "窗口代录"})
    project = Project.objects.get()
    assert project.created_by == clerk
    assert client.get(section_url(project, "money")).status_code == 200


def test_the_code_page_goes_back_to_where_one_came_from(owner: User, enterprise: Enterprise) -> None:
    project = make_project(enterprise, owner)
    client, url = in_english(owner), reverse("projects:national_code", args=[project.pk])
    assert client.post(url, {"national_code": "12"}).status_code == 400
    good = {"national_code": "2603-130371-04-01-123456"}
    assert client.post(url, {**good, "next": "/applications/1/check/"})["Location"] == "/applications/1/check/"
    assert client.post(url, {**good, "next": "https://evil.example/"})["Location"] == f"/projects/{project.pk}/"


def test_a_draft_is_put_away_after_asking(owner: User, draft: Project) -> None:
    client, url = in_english(owner), reverse("projects:discard", args=[draft.pk])
    assert client.get(url).status_code == 200
    draft.refresh_from_db()
    assert draft.status == "draft"
    client.post(url)
    draft.refresh_from_db()
    assert draft.status == "withdrawn"


def test_the_list_costs_the_same_for_one_and_for_fifty(owner: User, enterprise: Enterprise) -> None:
    client = in_english(owner)
    make_project(enterprise, owner)
    client.get("/projects/")
    with CaptureQueriesContext(connection) as one:
        assert client.get("/projects/").context["count"] == 1
    for _ in range(49):
        make_project(enterprise, owner)
    with CaptureQueriesContext(connection) as fifty:
        assert client.get("/projects/").context["count"] == 50
    assert len(fifty) == len(one)


def test_the_list_is_filtered_by_its_address(owner: User, enterprise: Enterprise) -> None:
    make_project(enterprise, owner, name="轮毂项目", stage="design")
    make_project(enterprise, owner, name="阀门项目")
    client = in_english(owner)
    assert [p.name for p in client.get("/projects/?q=轮毂").context["page_obj"]] == ["轮毂项目"]
    assert [p.name for p in client.get("/projects/?stage=land").context["page_obj"]] == ["阀门项目"]
    make_project(make_enterprise(), make_user(), name="别人的轮毂")
    assert client.get("/projects/?q=轮毂").context["count"] == 1
