"""Service guides on the catalogue as it is shipped: everything said, found, downloadable, in few queries."""

import pytest
from django.db import connection
from django.utils.translation import override

from accounts.actors import Actor
from approvals.catalogue.model import Basis, matter_from_content
from approvals.models import Matter, Origin
from approvals.services.catalogue import load_catalogue, publish_matter
from content import guides, wording
from content.search import mark, words_of
from deadlines import calendars
from deadlines.doors import opening_sentence
from deadlines.wording import amount_text
from tests.factories.accounts import make_user
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db):
    load_catalogue()


def codes(page):
    listed = [row.matter.code for group in page.context["groups"] for row in group.rows]
    return listed or [hit.matter.code for hit in page.context["hits"]]


def test_list_shows_every_matter_once_by_stage(client, catalogue):
    page = client.get("/guides/")
    assert sorted(codes(page)) == sorted(Matter.objects.filter(is_active=True).values_list("code", flat=True))
    assert page.context["count"] == len(codes(page)) >= 24
    stages = [group.code for group in page.context["groups"]]
    assert stages == [code for code in Matter.Stage.values if code in stages]


@pytest.mark.parametrize("words", ["建设工程规划许可", "GC01", "gc01", "planning permit construction works"])
def test_search_finds_by_name_code_and_english(client, catalogue, words):
    assert "GC01" in codes(client.get("/guides/", {"q": words}))


def test_a_hit_in_the_name_comes_before_one_inside(client, catalogue):
    found = codes(client.get("/guides/", {"q": "施工许可"}))
    assert found[0] == "SG01"
    by_paper = codes(client.get("/guides/", {"q": "营业执照"}))
    assert {"QY01", "QY08"} <= set(by_paper)


def test_what_was_found_is_marked_and_quoted(client, catalogue):
    page = client.get("/guides/", {"q": "中标通知书"})
    hit = next(one for one in page.context["hits"] if one.matter.code == "SG01")
    assert "<mark>中标通知书</mark>" in hit.snippet
    assert "<mark>中标通知书</mark>" in page.content.decode()
    assert mark("<b>a&b</b>", ["a&b"]) == "&lt;b&gt;<mark>a&amp;b</mark>&lt;/b&gt;"
    assert mark("x", []) == "x"


def test_words_are_bounded():
    assert words_of("  施工　许可 施工 ") == ["施工", "许可"]
    assert len(words_of("a b c d e f g h i j k")) == 8


def test_search_that_finds_nothing_offers_the_questionnaire(client, catalogue):
    page = client.get("/guides/", {"q": "没有这样的事项"})
    assert page.context["count"] == 0
    assert "/guides/which/" in page.content.decode()


def contents():
    return {row.code: matter_from_content(row.current.content) for row in Matter.objects.select_related("current")}


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("online=on", lambda matter: matter.visits == 0),
        ("deferrable=on", lambda matter: any(item.secondary for item in matter.materials)),
        ("commitment=on", lambda matter: matter.commitment is not None),
        ("stage=business", lambda matter: matter.stage == "business"),
        ("kind=filing", lambda matter: matter.kind == "filing"),
        ("department=market", lambda matter: matter.department == "market"),
        ("theme=business-setup", lambda matter: matter.code in ("QY01", "QY04", "QY05", "QY06")),
        ("stage=business&online=on", lambda matter: matter.stage == "business" and matter.visits == 0),
    ],
)
def test_filters_take_what_fits_and_nothing_else(client, catalogue, query, fits):
    expected = sorted(code for code, matter in contents().items() if fits(matter))
    assert 0 < len(expected) < len(contents())
    assert sorted(codes(client.get(f"/guides/?{query}"))) == expected


def test_unknown_filter_narrows_nothing(client, catalogue):
    assert client.get("/guides/?stage=nonsense&theme=none").context["count"] == len(contents())


def test_retired_matter_is_not_offered(client, catalogue):
    Matter.objects.filter(code="GC01").update(is_active=False)
    for path in ("", "versions/1/", "forms/application-form.pdf", "result.pdf"):
        assert client.get(f"/guides/GC01/{path}").status_code == 404
    assert client.get("/guides/NOPE/").status_code == 404


@pytest.mark.parametrize("code", ["GC01", "SG07", "QY03", "SG01", "LX07"])
def test_guide_shows_everything_of_a_matter(client, catalogue, code):
    matter = Matter.objects.get(code=code)
    content = matter_from_content(matter.current.content)
    text = client.get(f"/guides/{code}/", headers={"accept-language": "zh-hans"}).content.decode()
    expected = [
        matter.name, matter.code, matter.department.name, matter.window.name, content.result.name, content.fee.text,
        content.applicant.text, content.reason, wording.place()["complaints"], matter.window.phone,
        matter.department.phone, *(item.text for item in content.conditions),
        *(item.name for item in content.materials), *(item.name for item in content.steps),
        *(item.law for item in content.basis), *content.sources, *(item.label for item in content.form),
        *(item.question for item in content.questions), *(item.answer for item in content.questions),
    ]  # fmt: skip
    if content.commitment:
        expected.append(content.commitment.text)
    if content.notice:
        expected.append(f"{content.notice.days} 个自然日")
    assert [part for part in expected if part not in text] == []
    assert f"/guides/{code}/apply/" in text
    assert '<svg class="chart"' in text
    assert "style=" not in text


def test_hours_are_those_of_the_calendar(client, catalogue):
    with override("zh-hans"):
        sentence = opening_sentence(calendars.current().hours)
        assert wording.place()["hours"] == sentence
    assert sentence in client.get("/guides/GC01/").content.decode()


def test_every_guide_opens_in_both_languages(client, catalogue):
    for code in Matter.objects.values_list("code", flat=True):
        for language in ("zh-hans", "en"):
            assert client.get(f"/guides/{code}/", headers={"accept-language": language}).status_code == 200


def test_blank_and_sample_are_linked_and_open(client, catalogue):
    text = client.get("/guides/GC01/").content.decode()
    for address in ("/guides/GC01/forms/application-form.pdf", "/guides/GC01/forms/application-form.pdf?sample=1"):
        assert f'href="{address}"' in text
        answer = client.get(address)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert "max-age=3600" in answer.headers["cache-control"]
    assert client.get("/guides/GC01/result.pdf").content.startswith(b"%PDF")
    assert client.get("/guides/GC01/forms/no-such-paper.pdf").status_code == 404


def test_an_edit_leaves_the_earlier_version_to_be_read(client, catalogue):
    matter = Matter.objects.get(code="GC01")
    content = matter_from_content(matter.current.content)
    from dataclasses import replace

    changed = replace(content, visits=content.visits + 1)
    publish_matter(actor=Actor(make_user()), entry=changed, origin=Origin.SCREEN, note="到场核验")
    matter.refresh_from_db()
    with override("zh-hans"):
        changes = guides.record_of_versions(matter)
    assert [(one.number, one.parts, one.note, one.current) for one in changes] == [
        (2, "到场次数", "到场核验", True),
        (1, "首次发布", "", False),
    ]
    old = client.get("/guides/GC01/versions/1/")
    assert old.context["old"] is True
    assert "/guides/GC01/apply/" not in old.content.decode()
    assert client.get("/guides/GC01/").context["old"] is False
    assert client.get("/guides/GC01/versions/3/").status_code == 404


def test_law_is_cited_as_laws_are():
    law = Basis("中华人民共和国行政许可法", "Administrative Licensing Law", "2019年修正", (32, 42))
    with override("zh-hans"):
        assert wording.basis_text(law) == "《中华人民共和国行政许可法》（2019年修正）第32条、第42条"
    with override("en"):
        assert wording.basis_text(law) == "Administrative Licensing Law, art. 32, 42"


def test_limits_name_their_unit():
    with override("en"):
        assert amount_text(1, "workday") == "1 working day"
        assert amount_text(60, "calendar") == "60 calendar days"


def test_theme_pages_show_their_order(client, catalogue):
    listed = [row.theme.code for row in client.get("/guides/themes/").context["themes"]]
    assert "business-setup" in listed
    for code in listed:
        page = client.get(f"/guides/themes/{code}/")
        assert page.status_code == 200
        shown = page.context["page"]
        assert len(shown.chart.boxes) == len(shown.matters) == shown.row.count
        assert shown.timing.deferral <= shown.timing.parallel <= shown.timing.sequential
    assert client.get("/guides/themes/nonsense/").status_code == 404


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def test_pages_need_few_queries_however_many_matters(client, catalogue):
    pages = ("/guides/", "/guides/?q=许可", "/guides/GC01/", "/guides/themes/industrial-new/", "/guides/which/",
             "/guides/which/food-plant/list/?is_new_enterprise=yes")  # fmt: skip
    many = [queries(client, url) for url in pages]
    assert max(many) <= 7
    Matter.objects.exclude(code__in=["GC01", "QY01"]).update(is_active=False)
    assert [queries(client, url) for url in pages] == many
