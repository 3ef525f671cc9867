"""Pages of the overview: who gets in, constant query counts, lists, export, one case."""

import csv
import io
import json

import pytest
from django.db import connection
from django.urls import reverse

from approvals.models import Case
from common.display import safe_cell
from dashboards import caselist
from deadlines import calendars
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db
PAGES = ["/leader/", "/leader/overdue/", "/leader/cases/", "/leader/cases/export/"]


def queries(client, url):
    # Warm: the calendar and the months that are over are kept for a while.
    getattr(client.get(url), "streaming_content", None)
    calendars.current()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        assert response.status_code == 200
        getattr(response, "streaming_content", None) and b"".join(response.streaming_content)
    return len(captured)


def test_addresses():
    assert [reverse(f"dashboards:{name}") for name in ("overview", "overdue", "cases", "export")] == PAGES
    assert reverse("dashboards:case", args=["BJ1"]) == "/leader/cases/BJ1/"


@pytest.mark.parametrize("url", PAGES)
def test_only_leaders_supervision_and_heads_get_in(client, scene, leader, url):
    assert client.get(url).status_code == 302
    for user in (make_user(), scene.clerk, scene.reviewer, scene.approver):
        client.force_login(user)
        assert client.get(url).status_code == 403
    for user in (leader, scene.head):
        client.force_login(user)
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", PAGES)
def test_pages_cost_the_same_for_many_cases(client, scene, leader, url, hall_clock):
    scene.reviewing()
    scene.received()
    hall_clock.travel(days=40)
    client.force_login(leader)
    client.get(url)
    one = queries(client, url)
    for _ in range(6):
        scene.reviewing()
        scene.received()
    hall_clock.travel(days=40)
    assert queries(client, url) == one


def test_overview_links_lead_to_the_same_numbers(client, scene, leader):
    scene.received()
    scene.reviewing()
    client.force_login(leader)
    page = client.get("/leader/?period=year")
    assert page.context["period"].code == "year"
    total = page.context["lights"].total.total
    assert client.get("/leader/cases/?state=open").context["count"] == total == 2
    charts = json.loads(
        page.content.decode().split('id="chart-data" type="application/json">')[1].split("</script>")[0]
    )
    assert sum(sum(one["values"]) for one in charts["lights"]["series"]) == 2
    assert charts["trend"]["series"][0]["values"][-1] == 2


def test_case_page_shows_facts_steps_and_course(client, scene, leader):
    case = scene.reviewing()
    client.force_login(leader)
    page = client.get(f"/leader/cases/{case.number}/")
    text = page.content.decode()
    assert scene.enterprise.name in text
    assert [entry.act for entry in page.context["entries"]][-1] == "case.received"
    assert {clock.kind for clock in page.context["clocks"]} == {"acceptance", "decision", "step"}
    assert page.context["steps"][0]["state"] == "open"


def test_head_reads_only_cases_that_reached_the_department(client, scene):
    waiting, mine = scene.received(), scene.reviewing()
    client.force_login(scene.head)
    assert client.get(f"/leader/cases/{mine.number}/").status_code == 200
    assert client.get(f"/leader/cases/{waiting.number}/").status_code == 404
    other = make_user()
    make_post(other, make_department(), "head")
    client.force_login(other)
    assert client.get(f"/leader/cases/{mine.number}/").status_code == 404


def test_unknown_case_is_404(client, leader):
    client.force_login(leader)
    assert client.get("/leader/cases/BJ20260000000/").status_code == 404


def test_head_cannot_filter_by_a_foreign_department(client, scene):
    scene.reviewing()
    client.force_login(scene.head)
    page = client.get(f"/leader/cases/?department={scene.departments['city'].pk}")
    assert page.context["form"].errors.keys() == {"department"}


@pytest.mark.parametrize(
    ("query", "found"), [("", 2), ("?q=BJ", 2), ("?q=不存在", 0), ("?state=received", 1), ("?stage=design", 0)]
)
def test_list_is_narrowed_down(client, scene, leader, query, found):
    scene.received()
    scene.reviewing()
    client.force_login(leader)
    assert client.get(f"/leader/cases/{query}").context["count"] == found


@pytest.mark.parametrize("query", ["", "state=open"])
def test_pages_follow_each_other_without_gaps(client, scene, leader, monkeypatch, query):
    monkeypatch.setattr(caselist, "ROWS", 2)
    for status in ("received", "correcting", "reviewing", "correcting", "received"):
        scene.in_state(status)
    client.force_login(leader)
    seen, after = [], ""
    for _ in range(5):
        page = client.get(
            "/leader/cases/", dict(part.split("=") for part in query.split("&") if part) | {"after": after}
        )
        seen += [case.pk for case in page.context["rows"]]
        after = page.context["next_after"]
        if not after:
            break
    assert len(seen) == 5
    assert set(seen) == set(Case.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("after", ["x", "~", "~x", "2026-13-40T00:00~1", "9" * 30, "2026-01-01~5"])
def test_spoilt_cursor_begins_at_the_beginning(client, scene, leader, after):
    scene.received()
    client.force_login(leader)
    for query in ({}, {"state": "open"}):
        assert len(client.get("/leader/cases/", {**query, "after": after}).context["rows"]) == 1


def test_export_holds_the_filtered_list_and_no_formulas(client, scene, leader):
    scene.enterprise.name = "=HYPERLINK(1)"
    scene.enterprise.save()
    kept = scene.received()
    scene.reviewing()
    client.force_login(leader)
    response = client.get("/leader/cases/export/?state=received")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    body = b"".join(response.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert len(head) == 13
    (row,) = rows
    assert row[0] == kept.number
    assert row[4] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r1", "＝1"])
def test_formula_is_disarmed(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "BJ2026", "秦皇岛", "1-2"])
def test_plain_text_stays(text):
    assert safe_cell(text) == text


def test_overdue_list_by_handler(client, scene, leader, hall_clock):
    case = scene.reviewing()
    hall_clock.travel(days=40)
    client.force_login(leader)
    page = client.get("/leader/overdue/")
    assert page.context["count"] == 2
    assert client.get("/leader/overdue/?kind=step").context["count"] == 1
    assert client.get("/leader/overdue/?unassigned=1").context["count"] == 2
    assert client.get(f"/leader/overdue/?handler={scene.clerk.pk}").context["count"] == 0
    assert {row.case for row in page.context["rows"]} == {case}


def test_works_in_both_languages(client, scene, leader):
    scene.received()
    client.force_login(leader)
    for language in ("zh-hans", "en"):
        assert client.get("/leader/", headers={"accept-language": language}).status_code == 200
