"""Visits in the browser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from common.time import now, today
from deadlines.models import Clock
from enterprises.models import Enterprise, Request, Tier, Visit
from enterprises.services.planning import plan_visits
from tests.factories.accounts import make_post, make_user
from tests.factories.enterprises import make_enterprise, make_visit
from tests.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, officer: User) -> User:
    client.force_login(officer)
    return officer


@pytest.fixture
def visit(officer: User) -> Visit:
    make_enterprise(name="秦皇岛远行重工有限公司", tier=Tier.KEY, created_at=now() - timedelta(days=200))
    plan_visits()
    return Visit.objects.get()


def form(rows: list[tuple[str, str]], **changes: str) -> dict[str, str]:
    sent = {
        "visited_on": today().isoformat(),
        "met": "总经理周先生",
        "summary": "订单增长。",
        "requests-TOTAL_FORMS": str(len(rows)),
        "requests-INITIAL_FORMS": "0",
    }
    for number, (connection_, text) in enumerate(rows):
        sent[f"requests-{number}-connection"] = connection_
        sent[f"requests-{number}-text"] = text
    return sent | changes


def test_record_with_several_requests(client: Client, signed_in: User, visit: Visit) -> None:
    address = reverse("enterprises:visit_record", args=[visit.pk])
    assert client.get(address).status_code == 200
    rows = [("people", "招聘焊工"), ("", ""), ("logistics", "铁路专用线")]
    done = client.post(address, form(rows), follow=True)
    assert done.redirect_chain == [(reverse("enterprises:visit", args=[visit.pk]), 302)]
    assert list(Request.objects.values_list("connection", flat=True)) == ["people", "logistics"]
    assert "铁路专用线" in done.content.decode()
    assert Clock.objects.get().outcome == "met"


def test_second_record_is_told_and_changes_nothing(client: Client, signed_in: User, visit: Visit) -> None:
    address = reverse("enterprises:visit_record", args=[visit.pk])
    client.post(address, form([]))
    again = client.post(address, form([("law", "再来一次")], met="别人"))
    assert again.status_code == 400
    assert len(again.context["form"].non_field_errors()) == 1
    visit.refresh_from_db()
    assert visit.met == "总经理周先生"
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("rows", "changes", "where"),
    [
        ([], {"met": ""}, "met"),
        ([], {"visited_on": "2999-01-01"}, "visited_on"),
        ([("people", "")], {}, "text"),
        ([("", "有诉求没有领域")], {}, "connection"),
    ],
)
def test_mistakes_are_told_and_nothing_typed_is_lost(
    client: Client, signed_in: User, visit: Visit, rows: list[tuple[str, str]], changes: dict[str, str], where: str
) -> None:
    address = reverse("enterprises:visit_record", args=[visit.pk])
    response = client.post(address, form(rows, **changes))
    assert response.status_code == 400
    errors = response.context["form"].errors or response.context["rows"].forms[0].errors
    assert list(errors) == [where]
    assert "订单增长。" in response.content.decode()


def test_another_row_without_scripts_keeps_what_was_typed(client: Client, signed_in: User, visit: Visit) -> None:
    address = reverse("enterprises:visit_record", args=[visit.pk])
    page = client.post(address, form([("people", "招聘焊工")], add_row="1"))
    assert page.status_code == 200
    shown = page.content.decode()
    assert (len(page.context["rows"].forms), "招聘焊工" in shown, "总经理周先生" in shown) == (2, True, True)
    assert not Request.objects.exists()


def test_list_counts_agree_with_the_tabs(client: Client, signed_in: User, visit: Visit) -> None:
    late = make_visit(make_enterprise(), signed_in)
    Clock.objects.create(
        id=(clock := Clock(kind="visit", subject_type="enterprises.visit", subject_id=late.pk, title="x")).pk,
        kind="visit",
        subject_type="enterprises.visit",
        subject_id=late.pk,
        title=late.enterprise.name,
        promised=1,
        starts_at=now() - timedelta(days=9),
        warn_at=now() - timedelta(days=3),
        due_at=now() - timedelta(days=2),
    )
    Visit.objects.filter(pk=late.pk).update(clock=clock.pk)
    make_visit(make_enterprise(), signed_in, status="done", visited_on=today())
    address = reverse("enterprises:visits")
    for state in ("open", "red", "yellow", "green", "done"):
        page = client.get(address, {"state": state})
        counts = {tab["url"].split("=")[-1]: tab["count"] for tab in page.context["tabs"]}
        assert counts == {"open": 2, "red": 1, "yellow": 0, "green": 1, "done": 1}
        assert page.context["page_obj"].paginator.count == counts[state]
    first = client.get(address).context["page_obj"].object_list[0]
    assert first == late
    assert 'class="row-red"' in client.get(address).content.decode()


def test_filters_narrow_list_and_counts(client: Client, signed_in: User, visit: Visit) -> None:
    make_visit(make_enterprise(), make_user())
    page = client.get(reverse("enterprises:visits"), {"officer": signed_in.pk, "q": "远行", "tier": "key"})
    assert list(page.context["page_obj"]) == [visit]
    assert page.context["tabs"][0]["count"] == 1
    none = client.get(reverse("enterprises:visits"), {"q": "没有这家"})
    assert none.context["page_obj"].paginator.count == 0


@pytest.mark.parametrize("name", ["visit", "visit_plan", "visit_record", "visit_cancel"])
def test_strangers_and_other_staff_get_404(
    client: Client, visit: Visit, stranger: User, clerk: User, name: str
) -> None:
    for user in (stranger, clerk):
        client.force_login(user)
        assert client.get(reverse(f"enterprises:{name}", args=[visit.pk])).status_code == 404
        assert client.post(reverse(f"enterprises:{name}", args=[visit.pk]), form([])).status_code == 404


def test_leaders_look_and_do_not_write(client: Client, visit: Visit, service_office: object) -> None:
    leader = make_user("leader")
    make_post(leader, service_office, Role.LEADER)
    client.force_login(leader)
    assert client.get(reverse("enterprises:visits")).status_code == 200
    assert client.get(reverse("enterprises:visits_ahead")).status_code == 200
    assert client.get(reverse("enterprises:visit", args=[visit.pk])).status_code == 200
    for name in ("visit_plan", "visit_record", "visit_cancel"):
        assert client.post(reverse(f"enterprises:{name}", args=[visit.pk]), form([])).status_code == 403


def test_lists_are_closed_to_others(client: Client, stranger: User, clerk: User) -> None:
    for user in (stranger, clerk):
        client.force_login(user)
        assert client.get(reverse("enterprises:visits")).status_code == 403
        assert client.get(reverse("enterprises:visits_ahead")).status_code == 403


def test_extra_visit_and_change_of_plan(client: Client, signed_in: User, enterprise: Enterprise) -> None:
    address = reverse("enterprises:visit_new", args=[enterprise.pk])
    offered = client.get(address).context["form"].initial["planned_on"]
    sent = {"officer": signed_in.pk, "planned_on": offered.isoformat()}
    assert client.post(address, sent).status_code == 302
    made = Visit.objects.get()
    assert made.planned_on == offered
    again = client.post(address, sent)
    assert again.status_code == 400
    plan = reverse("enterprises:visit_plan", args=[made.pk])
    late = client.post(plan, {"officer": signed_in.pk, "planned_on": (offered + timedelta(days=40)).isoformat()})
    assert late.status_code == 400
    assert list(late.context["form"].errors) == ["planned_on"]
    assert client.post(plan, sent).status_code == 302


def test_calling_off(client: Client, signed_in: User, visit: Visit) -> None:
    address = reverse("enterprises:visit_cancel", args=[visit.pk])
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "企业停产"}).status_code == 302
    visit.refresh_from_db()
    assert visit.status == "cancelled"


def test_lists_take_the_same_number_of_queries_for_one_and_twenty(
    client: Client, signed_in: User, visit: Visit
) -> None:
    def count(address: str) -> int:
        assert client.get(address).status_code == 200
        return statements(lambda: client.get(address))

    make_enterprise(tier=Tier.KEY, created_at=now() - timedelta(days=50))
    pages = [reverse("enterprises:visits"), reverse("enterprises:visits_ahead")]
    before = [count(address) for address in pages]
    for _ in range(20):
        make_enterprise(tier=Tier.KEY, created_at=now() - timedelta(days=200))
        make_enterprise(tier=Tier.KEY, created_at=now() - timedelta(days=50))
    plan_visits()
    for _ in range(20):
        make_enterprise(tier=Tier.KEY, created_at=now() - timedelta(days=50))
    assert [count(address) for address in pages] == before
