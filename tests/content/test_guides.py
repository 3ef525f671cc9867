"""Service guides and the questionnaire, on the catalogue as it is shipped."""

import pytest
from django.db import connection
from django.utils.translation import override

from approvals.catalogue.model import Basis, matter_from_content
from approvals.models import Matter
from approvals.services.catalogue import load_catalogue
from content import guides, questionnaire
from content.questionnaire import WhichForm, answer
from files.models import StoredFile
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db):
    load_catalogue()


def test_list_shows_every_matter_once_by_stage(client, catalogue):
    page = client.get("/guides/")
    listed = [row.matter.code for group in page.context["groups"] for row in group.rows]
    assert sorted(listed) == sorted(Matter.objects.filter(is_active=True).values_list("code", flat=True))
    assert page.context["count"] == len(listed) >= 24
    stages = [group.code for group in page.context["groups"]]
    assert stages == [code for code in Matter.Stage.values if code in stages]


@pytest.mark.parametrize("words", ["建设工程规划许可", "GC01", "gc01", "planning permit construction works"])
def test_search_finds_by_name_code_and_english(client, catalogue, words):
    page = client.get("/guides/", {"q": words})
    assert "GC01" in [row.matter.code for group in page.context["groups"] for row in group.rows]


def test_search_that_finds_nothing_offers_the_questionnaire(client, catalogue):
    page = client.get("/guides/", {"q": "没有这样的事项"})
    assert page.context["count"] == 0
    assert "/guides/which/" in page.content.decode()


def test_stage_narrows_the_list(client, catalogue):
    page = client.get("/guides/?stage=business")
    assert [group.code for group in page.context["groups"]] == ["business"]
    assert client.get("/guides/?stage=nonsense").context["count"] > page.context["count"]


def test_retired_matter_is_not_offered(client, catalogue):
    Matter.objects.filter(code="GC01").update(is_active=False)
    assert client.get("/guides/GC01/").status_code == 404
    assert client.get("/guides/NOPE/").status_code == 404


def test_guide_shows_everything_of_a_matter(client, catalogue):
    matter = Matter.objects.get(code="GC01")
    content = matter_from_content(matter.current.content)
    with override("zh-hans"):
        text = client.get("/guides/GC01/", headers={"accept-language": "zh-hans"}).content.decode()
    expected = [
        matter.name, matter.code, matter.department.name, matter.window.name, content.result.name, content.fee.text,
        content.applicant.text, content.reason, guides.place()["complaints"],
        *(item.text for item in content.conditions), *(item.name for item in content.materials),
        *(item.name for item in content.steps), *(item.law for item in content.basis), *content.sources,
    ]  # fmt: skip
    assert [part for part in expected if part not in text] == []
    assert "/projects/new/" in text  # from guide to application in two clicks


def test_every_guide_opens_in_both_languages(client, catalogue):
    for code in Matter.objects.values_list("code", flat=True):
        for language in ("zh-hans", "en"):
            assert client.get(f"/guides/{code}/", headers={"accept-language": language}).status_code == 200


def test_law_is_cited_as_laws_are():
    law = Basis("中华人民共和国行政许可法", "Administrative Licensing Law", "2019年修正", (32, 42))
    with override("zh-hans"):
        assert guides.basis_text(law) == "《中华人民共和国行政许可法》（2019年修正）第32条、第42条"
    with override("en"):
        assert guides.basis_text(law) == "Administrative Licensing Law, art. 32, 42"


def test_limits_name_their_unit():
    with override("en"):
        assert guides.limit_text(1, "workday") == "1 working day"
        assert guides.limit_text(60, "calendar") == "60 calendar days"


def form(**data):
    bound = WhichForm(data)
    assert bound.is_valid(), bound.errors
    return bound


def test_answers_become_facts():
    facts = form(procedure_kind="filing", building_area="500", industry_division="38", yes=["takes_water"]).facts()
    assert facts["procedure_kind"] == "filing"
    assert facts["building_area"] == 500.0
    assert (facts["industry_division"], facts["industry_section"]) == ("38", "C")
    assert facts["takes_water"] is True
    assert facts["near_heritage"] is False
    assert "land_area" not in facts


def test_unsure_leaves_unticked_questions_open():
    facts = form(yes=["takes_water"], unsure="on").facts()
    assert facts["takes_water"] is True
    assert "near_heritage" not in facts


def test_both_sides_of_a_condition(catalogue):
    def codes(**facts):
        return {item.matter.code for item in answer(facts).confirmed}

    assert "GC01" in codes(building_area=1.0)
    assert "GC01" not in codes(building_area=0.0)
    assert "LX01" in codes(procedure_kind="filing")
    assert "LX01" not in codes(procedure_kind="approval")


def test_unknown_facts_make_matters_possible_and_say_what_is_missing(catalogue):
    found = answer({})
    row = next(item for item in found.possible if item.matter.code == "LX01")
    assert row.open_questions == [
        questionnaire.label_of(next(f for f in questionnaire.asked_facts() if f.name == "procedure_kind"))
    ]
    assert row.reason


def test_papers_are_listed_once(catalogue):
    papers = answer({"building_area": 1.0, "procedure_kind": "filing"}).papers
    assert len(papers) == len(set(papers)) > 3


def test_questionnaire_answers_without_an_account(client, catalogue):
    assert client.get("/guides/which/").context["result"] is None
    page = client.get("/guides/which/?procedure_kind=filing&building_area=500")
    assert page.context["result"].confirmed
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize("query", ["building_area=-1", "building_area=abc", "procedure_kind=nonsense", "yes=nonsense"])
def test_wrong_answers_are_told_at_their_field(client, catalogue, query):
    page = client.get(f"/guides/which/?{query}")
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {query.split("=")[0]}
    assert page.context["result"] is None


def test_pages_need_few_queries(client, catalogue):
    for url, most in (("/guides/", 2), ("/guides/GC01/", 3), ("/guides/which/?building_area=5", 2)):
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        assert len(captured) <= most, (url, [row["sql"] for row in captured])
