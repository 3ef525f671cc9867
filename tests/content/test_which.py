"""The pages of the questionnaire, and the same over the API."""

import html
import re

import pytest

from approvals.services.catalogue import load_catalogue
from content import limiter
from content.models import NeedList

pytestmark = pytest.mark.django_db

FOOD = "/guides/which/food-plant/"


@pytest.fixture
def catalogue(db):
    load_catalogue()


def test_start_page_offers_every_beginning(client, catalogue):
    text = client.get("/guides/which/").content.decode()
    for code in ("industrial-new", "food-plant", "simple-cancellation", "joint-acceptance", "other"):
        assert f'href="/guides/which/{code}/"' in text
    home = client.get("/").content.decode()
    assert 'href="/guides/which/industrial-new/"' in home
    assert 'href="/guides/themes/"' in home
    assert client.get("/guides/which/nonsense/").status_code == 404


def test_one_question_after_the_other(client, catalogue):
    first = client.get(FOOD)
    assert first.url == f"{FOOD}questions/is_new_enterprise/"
    page = client.get(first.url)
    assert (page.context["number"], page.context["most"]) == (1, 3)
    second = client.get(first.url, {"is_new_enterprise": "yes", "next": "1"})
    assert second.url == f"{FOOD}questions/drains_to_sewer/?is_new_enterprise=yes"
    third = client.get(f"{FOOD}questions/drains_to_sewer/?is_new_enterprise=yes&drains_to_sewer=-&next=1")
    assert third.url == f"{FOOD}questions/special_equipment/?is_new_enterprise=yes&drains_to_sewer=-"
    last = client.get(f"{third.url}&special_equipment=no&next=1")
    assert last.url.startswith(f"{FOOD}answers/?")
    assert "is_new_enterprise=yes" in last.url
    assert NeedList.objects.count() == 0


def test_an_empty_answer_is_told_at_its_field(client, catalogue):
    for fact, sent in (("is_new_enterprise", {}), ("is_new_enterprise", {"is_new_enterprise": "perhaps"})):
        page = client.get(f"{FOOD}questions/{fact}/", {**sent, "next": "1"})
        assert page.status_code == 200
        assert page.context["form"].errors.keys() == {fact}


@pytest.mark.parametrize("figure", ["-1", "abc", "", "1e5000", "99999999999999999999"])
def test_a_wrong_figure_is_told(client, catalogue, figure):
    page = client.get("/guides/which/matter-GC01/questions/building_area/", {"building_area": figure, "next": "1"})
    assert page.context["form"].errors.keys() == {"building_area"}


def test_a_figure_need_not_be_known(client, catalogue):
    answer = client.get("/guides/which/matter-GC01/questions/building_area/", {"building_area": "", "skip": "1"})
    assert answer.url == "/guides/which/matter-GC01/answers/?building_area=-"


def test_nonsense_in_the_address_counts_as_not_answered(client, catalogue):
    answer = client.get(f"{FOOD}?is_new_enterprise=maybe&nonsense=1&drains_to_sewer=yes")
    assert answer.url == f"{FOOD}questions/is_new_enterprise/?drains_to_sewer=yes"
    assert client.get(f"{FOOD}questions/nonsense/").status_code == 404
    assert client.get(f"{FOOD}questions/building_area/").status_code == 404


def test_back_leads_to_the_question_before(client, catalogue):
    page = client.get(f"{FOOD}questions/drains_to_sewer/?is_new_enterprise=yes")
    assert page.context["back_url"] == f"{FOOD}questions/is_new_enterprise/?is_new_enterprise=yes"
    first = client.get(page.context["back_url"])
    assert first.context["back_url"] == "/guides/which/"
    assert first.context["form"].initial == {"is_new_enterprise": "yes"}


def test_a_change_leads_back_to_the_answers(client, catalogue):
    given = "is_new_enterprise=yes&drains_to_sewer=no&special_equipment=no"
    page = client.get(f"{FOOD}answers/?{given}")
    assert [row["value"] for row in page.context["rows"]] == ["是", "否", "否"]
    change = page.context["rows"][1]["change_url"]
    assert change.endswith("from=answers")
    answer = client.get(
        f"{FOOD}questions/drains_to_sewer/?{given.replace('sewer=no', 'sewer=yes')}&from=answers&next=1"
    )
    assert answer.url.startswith(f"{FOOD}answers/")
    assert "drains_to_sewer=yes" in answer.url


def test_where_nothing_need_be_asked_the_list_comes_at_once(client, catalogue):
    answer = client.get("/guides/which/simple-cancellation/")
    assert answer.url == "/guides/which/simple-cancellation/list/"
    found = client.get(answer.url).context["found"]
    assert found.codes == ["QY03"]
    # Twenty calendar days of notice, one day each to accept and decide, two to deliver.
    assert found.timing.sequential == 15 + 1 + 1 + 2


def test_a_theme_leaves_only_its_own_choices(client, catalogue):
    page = client.get("/guides/which/industrial-new/questions/procedure_kind/")
    offered = [code for code, _label in page.context["form"].fields["procedure_kind"].choices]
    assert sorted(offered) == ["-", "filing", "verification"]


def ask(client, **data):
    return client.post("/api/v1/which/", data, content_type="application/json")


def test_api_answers_as_the_page_does(client, catalogue):
    facts = {"is_new_enterprise": True, "drains_to_sewer": None, "special_equipment": False}
    answer = ask(client, start="food-plant", facts=facts)
    assert answer.status_code == 200
    found = client.get(f"{FOOD}list/?is_new_enterprise=yes&drains_to_sewer=-&special_equipment=no").context["found"]
    body = answer.json()
    assert [row["code"] for row in body["matters"] if row["confirmed"]] == found.codes
    assert [row["code"] for row in body["matters"] if not row["confirmed"]] == ["SG07"]
    assert body["next_question"] is None
    assert body["theme"] == "food-plant"
    assert len(body["papers"]) == len(found.papers)
    days = body["days_sequential"], body["days_parallel"], body["days_deferral"]
    assert days == (found.timing.sequential, found.timing.parallel, found.timing.deferral)


def figure(page, label):
    """The number under a label of the summary."""
    found = re.search(rf'stat-label">{label}</span><span class="stat-value">(\d+)', page.content.decode())
    return int(found[1]) if found else None


def test_each_way_has_its_own_figure(client, catalogue):
    for url in (
        f"{FOOD}list/?is_new_enterprise=yes&drains_to_sewer=no&special_equipment=no",
        "/guides/themes/industrial-new/",
    ):
        page = client.get(url)
        times = page.context["found"].timing if "found" in page.context else page.context["page"].timing
        assert figure(page, "并联办理") == times.parallel
        assert figure(page, "并联办理、证照后补") == (times.deferral if times.deferral < times.parallel else None)
    assert times.deferral < times.parallel


def test_api_tells_what_to_ask_next(client, catalogue):
    body = ask(client).json()
    assert (body["start"], body["next_question"]) == ("other", "procedure_kind")
    assert body["theme"] == ""


@pytest.mark.parametrize(
    "facts",
    [{"nonsense": 1}, {"building_area": "big"}, {"building_area": -1}, {"makes_food": "yes"}, {"eia_class": "huge"},
     {"industry_division": "00"}, {"building_area": True}],
)  # fmt: skip
def test_api_names_facts_that_do_not_fit(client, catalogue, facts):
    answer = ask(client, facts=facts)
    assert answer.status_code == 400
    assert next(iter(facts)) in answer.content.decode()


def test_api_refuses_an_unknown_beginning(client, catalogue):
    assert ask(client, start="nonsense").status_code == 400


def test_api_is_throttled(client, catalogue, monkeypatch):
    monkeypatch.setattr(limiter, "WHICH", limiter.Limit("which", 2, 60))
    assert [ask(client).status_code for _turn in range(3)] == [200, 200, 429]


def test_api_lists_and_reads_guides(client, catalogue):
    rows = client.get("/api/v1/guides/").json()
    assert len(rows) == 45
    assert client.get("/api/v1/guides/?q=施工许可").json()[0]["code"] == "SG01"
    guide = client.get("/api/v1/guides/SG01/").json()
    assert (guide["code"], guide["content"]["code"]) == ("SG01", "SG01")
    assert client.get("/api/v1/guides/NOPE/").status_code == 404


def test_no_link_of_the_public_pages_leads_nowhere(client, catalogue):
    pages = ("/", "/guides/", "/guides/?q=施工", "/guides/SG01/", "/guides/SG07/", "/guides/themes/",
             "/guides/themes/food-plant/", "/guides/which/", f"{FOOD}answers/?is_new_enterprise=yes",
             f"{FOOD}list/?is_new_enterprise=yes&drains_to_sewer=-&special_equipment=yes")  # fmt: skip
    links = {
        html.unescape(link)
        for page in pages
        for link in re.findall(r'href="(/[^"#]*)', client.get(page).content.decode())
        if not link.startswith("/static/")
    }
    assert len(links) > 60
    broken = {
        link: answer.status_code for link in links if (answer := client.get(link, follow=True)).status_code != 200
    }
    assert broken == {}
