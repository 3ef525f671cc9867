"""Pages of full agency: who reaches them, what they say, what a lost mandate does to a page that is open."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Post, User
from agency.acts import kind_label
from agency.models import AgencyOrder, MandateHelper
from agency.progress import progress_of
from agency.services import name_successor, settle
from approvals.services import submit_application
from common.time import now, pretend, today
from enterprises.models import Mandate
from enterprises.services.mandates import revoke_mandate
from ledger.services import record
from tests.agency.scene import Agency, fresh
from tests.factories.accounts import make_user
from tests.factories.enterprises import make_mandate
from tests.queries import statements

pytestmark = pytest.mark.django_db
S = AgencyOrder.Status


def url(name: str, *args: object) -> str:
    return reverse(f"agency:{name}", args=args)


@pytest.fixture
def seen(client: Client):
    """``seen(user, address)`` is the answer to that person."""

    def get(user: User, address: str, data: dict | None = None):
        client.force_login(User.objects.get(pk=user.pk))
        return client.get(address) if data is None else client.post(address, data)

    return get


def body(response) -> str:
    return response.content.decode()


def test_who_reaches_an_order(agency: Agency, seen) -> None:
    order = agency.agreed()
    agency.join()
    allowed = (agency.owner, agency.agent, agency.head, agency.of_street)
    refused = (agency.colleague, agency.of_other_street, agency.hall.clerk, agency.hall.head, make_user())
    for user in allowed:
        assert seen(user, url("order", order.pk)).status_code == 200
        assert agency.project.name in body(seen(user, url("orders")))
    for user in refused:
        assert seen(user, url("order", order.pk)).status_code == 404
        assert agency.project.name not in body(seen(user, url("orders")))


@pytest.mark.parametrize(
    ("name", "users"),
    [
        ("plan", ("agent", "head")),
        ("load", ("head",)),
        ("order_new", ("owner",)),
        ("start", ("owner",)),
        ("helpers", ("owner", "agent", "head", "clerk")),
        ("acts", ("owner", "agent", "head", "clerk")),
        ("acts_export", ("owner", "agent", "head", "clerk")),
    ],
)
def test_who_opens_which_page(agency: Agency, seen, name: str, users: tuple[str, ...]) -> None:
    order = agency.open()
    args = {"plan": (order.pk,), "load": (), "start": (agency.project.pk,)}.get(name, (agency.mandate.pk,))
    people = {
        "owner": agency.owner, "agent": agency.agent, "head": agency.head, "clerk": agency.hall.clerk,
        "colleague": agency.colleague, "street": agency.of_street, "stranger": make_user(),
    }  # fmt: skip
    for who, user in people.items():
        status = seen(user, url(name, *args)).status_code
        # Somebody goes the way already: its page instead of another form.
        assert status == ((302 if name == "start" else 200) if who in users else 404), who


@pytest.mark.parametrize("act", ["agree", "change", "close", "finish", "successor", "move"])
def test_acts_of_others_are_refused(agency: Agency, seen, act: str) -> None:
    order = agency.proposed()
    agency.join()
    mine = {"close": "agent", "finish": "agent", "successor": "head"}.get(act, "owner")
    for who in ("agent", "of_street", "colleague", "head"):
        if who != mine:
            response = seen(getattr(agency, who), url(act, order.pk), {"reason": "x", "words": "x", "number": "1"})
            assert response.status_code in (403, 404), who
    assert fresh(order).status == S.PROPOSED


def test_full_agency_from_the_page_of_a_project(agency: Agency, seen) -> None:
    page = seen(agency.owner, reverse("approvals:project", args=[agency.project.pk]))
    assert url("start", agency.project.pk) in body(page)
    address = url("start", agency.project.pk)
    wrong = seen(agency.owner, address, {"agent": agency.colleague.pk, "wanted_start": "2020-01-01", "signed": "on"})
    assert wrong.status_code == 400
    data = {
        "agent": agency.colleague.pk, "wanted_start": (today() + timedelta(days=200)).isoformat(),
        "ends_on": (today() + timedelta(days=300)).isoformat(), "note": "六月开工", "signed": "on",
    }  # fmt: skip
    done = seen(agency.owner, address, data)
    order = AgencyOrder.objects.get()
    assert done.url == url("order", order.pk)
    assert order.mandate.agent == agency.colleague
    assert "免费" in body(seen(agency.owner, done.url))


def test_asking_on_the_page_of_a_mandate(agency: Agency, seen) -> None:
    page = seen(agency.owner, reverse("enterprises:mandate", args=[agency.mandate.pk]))
    assert url("order_new", agency.mandate.pk) in body(page)
    address = url("order_new", agency.mandate.pk)
    refused = seen(agency.owner, address, {"wanted_start": (today() + timedelta(days=99)).isoformat()})
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["project"])
    data = {"intention": "二期扩建", "wanted_start": (today() + timedelta(days=99)).isoformat()}
    assert seen(agency.owner, address, data).status_code == 302
    assert AgencyOrder.objects.get().intention == "二期扩建"


def test_the_agent_makes_the_plan_on_one_page(agency: Agency, seen) -> None:
    order, first = agency.open(), agency.matters[0]
    address = url("plan", order.pk)
    page = seen(agency.agent, address)
    assert all(matter.label in body(page) for matter in agency.matters)
    assert page.context["acting_for"]["name"] == agency.hall.enterprise.name
    look = seen(agency.agent, address, {"matters": [first.code], "way": "parallel", "look": "1"})
    assert look.status_code == 200
    assert [row.code for row, _item in look.context["table"]] == [first.code]
    assert order.plans.count() == 0
    refused = seen(agency.agent, address, {"matters": [first.code], "way": "parallel", "propose": "1"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, [f"reason-{agency.matters[1].code}"])
    data = {
        "matters": [first.code], f"reason-{agency.matters[1].code}": "已在市级办理", "way": "deferral", "propose": "1",
        "remark": "请先准备用地证明",
    }  # fmt: skip
    assert seen(agency.agent, address, data).status_code == 302
    shown = body(seen(agency.owner, url("order", order.pk)))
    for text in (first.label, "已在市级办理", "请先准备用地证明"):
        assert text in shown
    assert seen(agency.agent, address).status_code == 302


def test_a_start_that_is_too_near_is_said_with_what_would_help(agency: Agency, seen) -> None:
    order = agency.open(days=5)
    page = seen(agency.agent, url("plan", order.pk))
    assert page.context["hindrance"]
    agency.propose(order)
    assert "最早为" in body(seen(agency.owner, url("order", order.pk)))


def test_the_enterprise_answers(agency: Agency, seen) -> None:
    order = agency.proposed()
    address = url("order", order.pk)
    assert seen(agency.owner, url("change", order.pk), {"words": ""}).status_code == 400
    seen(agency.owner, url("change", order.pk), {"words": "推迟到秋天"})
    assert "推迟到秋天" in body(seen(agency.agent, url("plan", order.pk)))
    agency.propose(fresh(order))
    seen(agency.owner, url("agree", order.pk), {"number": "1"})
    assert fresh(order).status == S.PROPOSED
    assert seen(agency.owner, url("agree", order.pk), {"number": "2"}).url == address
    assert fresh(order).status == S.AGREED


def test_plan_against_fact(agency: Agency, seen) -> None:
    order = agency.agreed(days=60)
    first = progress_of([order])[0].rows[0]
    assert (first.light, first.handed_in, first.waits_for) == ("green", None, str(agency.agent))
    with pretend(now() + timedelta(days=120)):
        late = progress_of([order])[0]
    assert (late.light, late.late, late.rows[0].light) == ("red", 2, "red")
    assert late.rows[0].ahead is not None
    assert late.rows[0].ahead < 0
    (case,) = submit_application(
        actor=agency.actor(), application=agency.hall.draft(agency.matters[0], project=agency.project)
    )
    row = progress_of([order])[0].rows[0]
    assert (row.number, row.handed_in, row.light) == (case.number, today(), "green")
    assert row.waits_for == agency.hall.window.label
    page = seen(agency.owner, url("order", order.pk))
    assert case.number in body(page)
    helper_page = seen(agency.agent, url("order", order.pk))
    assert helper_page.context["acting_for"]["name"] == agency.hall.enterprise.name


def test_the_list_shows_the_worst_first(agency: Agency, seen) -> None:
    agency.agreed(days=300)
    late = agency.agreed(days=60, project=agency.hall.project())
    with pretend(now() + timedelta(days=70)):
        page = seen(agency.agent, url("orders"))
        assert next(one.order for one in page.context["page_obj"]) == late
    assert seen(agency.agent, f"{url('orders')}?q=二期").context["count"] == 0
    assert seen(agency.agent, f"{url('orders')}?state=ended").context["count"] == 0


def test_lists_cost_the_same_for_one_and_many(agency: Agency, client: Client) -> None:
    agency.agreed()
    client.force_login(agency.head)
    for address in (url("orders"), url("load")):
        client.get(address)
    before = [statements(lambda a=address: client.get(a)) for address in (url("orders"), url("load"))]
    for _ in range(8):
        agency.agreed(project=agency.hall.project())
    assert [statements(lambda a=address: client.get(a)) for address in (url("orders"), url("load"))] == before


def test_the_head_sees_who_carries_what(agency: Agency, seen) -> None:
    agency.agreed()
    agency.open(project=agency.hall.project())
    loads = {one.agent: one for one in seen(agency.head, url("load")).context["loads"]}
    assert set(loads) == {agency.agent, agency.colleague}
    mine = loads[agency.agent]
    assert (mine.mandates, len(mine.orders), mine.late, mine.open_cases) == (1, 2, 0, 0)
    assert mine.next_due is not None
    Post.objects.filter(user=agency.agent).delete()
    settle()
    gone = next(one for one in seen(agency.head, url("load")).context["loads"] if one.agent == agency.agent)
    assert (gone.department, len(gone.orders)) == (None, 2)


def test_moving_by_a_new_mandate_on_the_page(agency: Agency, seen) -> None:
    order = agency.open()
    wrong = seen(agency.head, url("successor", order.pk), {"agent": agency.colleague.pk, "reason": ""})
    assert wrong.status_code == 400
    seen(agency.head, url("successor", order.pk), {"agent": agency.colleague.pk, "reason": "工作量过大"})
    assert "工作量过大" in body(seen(agency.owner, url("order", order.pk)))
    seen(agency.owner, url("move", order.pk), {"agent": str(agency.colleague.pk)})
    assert fresh(order).mandate.agent == agency.colleague
    assert seen(agency.agent, url("order", order.pk)).status_code in (403, 404)
    assert seen(agency.colleague, url("order", order.pk)).status_code == 200


def test_an_outdated_proposal_moves_nothing(agency: Agency, seen) -> None:
    order = agency.open()
    name_successor(actor=Actor(agency.head), order=order, agent=agency.colleague, reason="x")
    seen(agency.owner, url("move", order.pk), {"agent": "x"})
    assert fresh(order).mandate == agency.mandate


def test_helpers_are_joined_seen_and_removed(agency: Agency, seen) -> None:
    address = url("helpers", agency.mandate.pk)
    wrong = seen(agency.agent, address, {"user": agency.of_street.pk, "ends_on": today().isoformat(), "why": ""})
    assert wrong.status_code == 400
    assert seen(agency.owner, address, {"user": agency.of_street.pk}).status_code == 404
    data = {"user": agency.of_street.pk, "ends_on": agency.mandate.ends_on.isoformat(), "why": "协助踏勘"}
    assert seen(agency.agent, address, data).status_code == 302
    helper = MandateHelper.objects.get()
    assert "协助踏勘" in body(seen(agency.owner, address))
    remove = url("helper_remove", helper.pk)
    for user in (agency.colleague, agency.of_other_street, make_user()):
        assert seen(user, remove).status_code == 404
    assert seen(agency.owner, remove, {"reason": ""}).status_code == 400
    assert seen(agency.owner, remove, {"reason": "不再需要"}).status_code == 302
    assert "不再需要" in body(seen(agency.owner, address))


def test_each_act_under_the_mandate_filtered_and_exported(agency: Agency, seen) -> None:
    order = agency.agreed()
    agency.join()
    draft = agency.hall.draft(agency.matters[0], project=agency.project)
    (case,) = submit_application(actor=agency.actor(), application=draft)
    record(actor=agency.actor(), subject=case, act="case.noted", data={"note": "=HYPERLINK(1)"})
    other = make_mandate(agency.hall.enterprise, agency.colleague, agency.owner)
    record(actor=Actor(agency.colleague, "x", other.pk), subject=case, act="case.noted", data={"note": "别的委托"})
    address = url("acts", agency.mandate.pk)
    page = seen(agency.owner, address)
    shown = body(page)
    for text in (case.number, order.title, "提出代办方案", "邀请协办代办员"):
        assert text in shown
    assert "别的委托" not in shown
    assert [row.act for row in page.context["rows"]].count("提出代办方案") == 1
    assert reverse("approvals:case", args=[case.number]) in shown
    kinds = {row.kind for row in page.context["rows"]}
    assert kind_label("approvals.case") in kinds
    only = seen(agency.owner, f"{address}?kind=approvals.case&act=case.noted")
    assert [row.reason for row in only.context["rows"]] == ["=HYPERLINK(1)"]
    assert seen(agency.owner, f"{address}?until={(today() - timedelta(days=1)).isoformat()}").context["count"] == 0
    assert seen(agency.owner, f"{address}?kind=nonsense").status_code == 200
    export = seen(agency.owner, f"{url('acts_export', agency.mandate.pk)}?act=case.noted")
    rows = list(csv.reader(StringIO(export.content.decode("utf-8-sig"))))
    assert [row[-1] for row in rows[1:]] == ["'=HYPERLINK(1)"]


def test_acts_cost_the_same_for_one_and_many(agency: Agency, client: Client) -> None:
    order = agency.open()
    record(actor=agency.actor(), subject=order, act="agency.noted")
    client.force_login(agency.owner)
    address = url("acts", agency.mandate.pk)
    client.get(address)
    before = statements(lambda: client.get(address))
    for _ in range(30):
        record(actor=agency.actor(), subject=order, act="agency.noted")
    assert statements(lambda: client.get(address)) == before


@pytest.mark.parametrize("name", ["plan", "order", "helpers", "acts"])
def test_a_page_that_is_open_is_worth_nothing_once_the_mandate_is_revoked(
    agency: Agency, client: Client, name: str
) -> None:
    order = agency.open()
    client.force_login(agency.agent)
    client.post(reverse("enterprises:agent_enter", args=[agency.mandate.pk]))
    address = url(name, order.pk if name in ("plan", "order") else agency.mandate.pk)
    assert client.get(address).status_code == 200
    revoke_mandate(actor=Actor(agency.owner), mandate=agency.mandate, reason="自行办理")
    posted = address if name in ("plan", "helpers") else url("close", order.pk)
    data = {"matters": [one.code for one in agency.matters], "way": "parallel", "propose": "1", "reason": "x"}
    refused = client.post(posted, data, headers={"accept-language": "en"})
    assert refused.status_code == 403
    assert agency.hall.enterprise.name in body(refused)
    assert (fresh(order).status, order.plans.count()) == (S.CLOSED, 0)
    # Without the session's firm too: the page explains itself instead of a bare 404.
    assert client.post(posted, data).status_code in (403, 404)


@pytest.mark.parametrize("end", ["over", "unposted", "scope"])
def test_an_expired_mandate_a_lost_post_and_a_narrow_scope(agency: Agency, seen, end: str) -> None:
    order = agency.open()
    if end == "over":
        Mandate.objects.update(starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))
    elif end == "unposted":
        Post.objects.filter(user=agency.agent).delete()
    else:
        Mandate.objects.update(matters=["SC999"])
    status = seen(agency.agent, url("plan", order.pk)).status_code
    assert status == (200 if end == "scope" else 403 if end == "over" else 404)
    if end == "scope":
        assert not any(line.row.covered for line in seen(agency.agent, url("plan", order.pk)).context["suggested"])


def test_every_page_of_an_agent_says_for_whom(agency: Agency, seen) -> None:
    order = agency.agreed()
    application = agency.hall.draft(agency.matters[0], project=agency.project)
    (case,) = submit_application(actor=agency.actor(), application=application)
    draft = agency.hall.draft(agency.matters[1], project=agency.project)
    pages = [
        url("order", order.pk), url("helpers", agency.mandate.pk), url("acts", agency.mandate.pk),
        reverse("enterprises:detail", args=[agency.hall.enterprise.pk]),
        reverse("enterprises:mandate", args=[agency.mandate.pk]),
        reverse("approvals:project", args=[agency.project.pk]), reverse("approvals:plan", args=[agency.project.pk]),
        reverse("approvals:case", args=[case.number]), reverse("approvals:check", args=[draft.pk]),
        reverse("approvals:receipt", args=[application.pk]),
    ]  # fmt: skip
    silent = []
    for address in pages:
        response = seen(agency.agent, address)
        assert response.status_code == 200, address
        if agency.hall.enterprise.name not in str(response.context.get("acting_for") or ""):
            silent.append(address)
    assert silent == []


def test_days_run_on_while_the_enterprise_reads(agency: Agency, seen) -> None:
    order = agency.proposed(days=60)
    assert progress_of([order])[0].light == "green"
    with pretend(now() + timedelta(days=70)):
        late = progress_of([order])[0]
        assert (late.light, late.behind, late.waits_for) == ("red", 2, agency.hall.enterprise.name)
        assert "2 个事项已落后" in body(seen(agency.owner, url("order", order.pk)))
