"""Mandates in the browser; what a page opened before the revocation may still do: nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from common.time import now, today
from enterprises import scope
from enterprises.acting import SESSION_KEY
from enterprises.models import Enterprise, Mandate
from enterprises.services.mandates import revoke_mandate
from tests.factories.enterprises import make_enterprise, make_mandate
from tests.queries import statements

pytestmark = pytest.mark.django_db


def sent(agent: User, /, **changes: object) -> dict[str, object]:
    return {
        "agent": agent.pk,
        "may_declare": "on",
        "starts_on": today().isoformat(),
        "ends_on": (today() + timedelta(days=30)).isoformat(),
        "signed": "on",
        **changes,
    }


def test_owner_gives_a_mandate_and_prints_it(client: Client, enterprise: Enterprise, owner: User, agent: User) -> None:
    client.force_login(owner)
    address = reverse("enterprises:mandate_new", args=[enterprise.pk])
    assert client.get(address).status_code == 200
    done = client.post(address, sent(agent, scope="all"), follow=True)
    mandate = Mandate.objects.get()
    assert done.redirect_chain == [(reverse("enterprises:mandate", args=[mandate.pk]), 302)]
    shown = done.content.decode()
    for text in (enterprise.name, enterprise.credit_code, agent.name, owner.name, f"WT{mandate.pk:08d}"):
        assert text in shown


def test_scope_is_chosen_from_the_catalogue(
    client: Client, enterprise: Enterprise, owner: User, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "_PROVIDERS", [lambda: [("lx01", "企业投资项目备案"), ("lx02", "用地预审")]])
    client.force_login(owner)
    address = reverse("enterprises:mandate_new", args=[enterprise.pk])
    for matters in ([], ["lx99"]):
        refused = client.post(address, sent(agent, scope="some", matters=matters))
        assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["matters"])
    done = client.post(address, sent(agent, scope="some", matters=["lx02"]), follow=True)
    assert Mandate.objects.get().matters == ["lx02"]
    assert "用地预审" in done.content.decode()
    assert "企业投资项目备案" not in done.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"signed": ""}, "signed"), ({"agent": "0"}, "agent"), ({"ends_on": "2020-01-01"}, "ends_on"),
     ({"starts_on": "gestern"}, "starts_on")],
)  # fmt: skip
def test_mistakes_are_told_at_their_fields(
    client: Client, enterprise: Enterprise, owner: User, agent: User, changes: dict[str, object], field: str
) -> None:
    client.force_login(owner)
    address = reverse("enterprises:mandate_new", args=[enterprise.pk])
    response = client.post(address, sent(agent, scope="all", **changes))
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not Mandate.objects.exists()


def test_both_sides_see_the_mandate_and_strangers_do_not(
    client: Client, mandate: Mandate, owner: User, agent: User, stranger: User
) -> None:
    for user, status in ((owner, 200), (agent, 200), (stranger, 404)):
        client.force_login(user)
        for name in ("mandate", "mandate_revoke"):
            assert client.get(reverse(f"enterprises:{name}", args=[mandate.pk])).status_code == status
    assert client.post(reverse("enterprises:mandate_revoke", args=[mandate.pk]), {"reason": "无"}).status_code == 404
    mandate.refresh_from_db()
    assert mandate.revoked_at is None


def test_list_for_agent_and_for_investor(
    client: Client, mandate: Mandate, owner: User, agent: User, stranger: User
) -> None:
    address = reverse("enterprises:mandates")
    for user, shown in ((agent, True), (owner, True), (stranger, False)):
        client.force_login(user)
        assert (mandate.enterprise.name in client.get(address).content.decode()) is shown


def test_agent_enters_a_firm_and_every_page_says_so(client: Client, mandate: Mandate, agent: User) -> None:
    client.force_login(agent)
    client.post(reverse("enterprises:agent_enter", args=[mandate.pk]))
    page = client.get(reverse("enterprises:mandates"))
    assert page.context["acting_for"]["name"] == mandate.enterprise.name
    client.post(reverse("enterprises:agent_leave"))
    assert "acting_for" not in client.get(reverse("enterprises:mandates")).context


def test_page_of_a_firm_names_that_firm(client: Client, mandate: Mandate, agent: User, owner: User) -> None:
    client.force_login(agent)
    other = make_mandate(make_enterprise(), agent, owner)
    client.post(reverse("enterprises:agent_enter", args=[other.pk]))
    page = client.get(reverse("enterprises:detail", args=[mandate.enterprise_id]))
    assert page.context["acting_for"]["name"] == mandate.enterprise.name


def test_nobody_enters_by_a_mandate_of_somebody_else_or_out_of_force(
    client: Client, mandate: Mandate, agent: User, owner: User, stranger: User
) -> None:
    address = reverse("enterprises:agent_enter", args=[mandate.pk])
    for user in (owner, stranger):
        client.force_login(user)
        assert client.post(address).status_code == 404
    Mandate.objects.update(revoked_at=now())
    client.force_login(agent)
    assert client.post(address).status_code == 403
    assert SESSION_KEY not in client.session


def test_page_opened_before_the_revocation_and_posted_after_is_refused_with_the_reason(
    client: Client, mandate: Mandate, agent: User, owner: User
) -> None:
    client.force_login(agent)
    client.post(reverse("enterprises:agent_enter", args=[mandate.pk]))
    firm = reverse("enterprises:detail", args=[mandate.enterprise_id])
    assert client.get(firm).status_code == 200
    revoke_mandate(actor=Actor(owner), mandate=mandate, reason="自行办理")
    response = client.post(firm, {"anything": "1"}, headers={"accept-language": "en"})
    assert response.status_code == 403
    assert mandate.enterprise.name in response.content.decode()
    # The next page says it once more, then the agent is nobody there.
    assert client.get(reverse("enterprises:mandates")).status_code == 200
    assert SESSION_KEY not in client.session


def test_reading_after_the_revocation_warns_and_shows_the_agents_list(
    client: Client, mandate: Mandate, agent: User, owner: User
) -> None:
    client.force_login(agent)
    client.post(reverse("enterprises:agent_enter", args=[mandate.pk]))
    revoke_mandate(actor=Actor(owner), mandate=mandate, reason="自行办理")
    page = client.get(reverse("enterprises:mandates"))
    assert [message.level_tag for message in page.context["messages"]] == ["warning"]
    assert "acting_for" not in page.context


def test_lost_firm_explains_itself_instead_of_a_bare_404(
    client: Client, mandate: Mandate, agent: User, owner: User, stranger: User
) -> None:
    firm = reverse("enterprises:detail", args=[mandate.enterprise_id])
    revoke_mandate(actor=Actor(owner), mandate=mandate, reason="自行办理")
    client.force_login(agent)
    response = client.post(firm)
    assert response.status_code == 403
    assert mandate.enterprise.name in response.content.decode()
    client.force_login(stranger)
    assert client.get(firm).status_code == 404


def test_old_mandates_no_longer_explain_a_404(client: Client, enterprise: Enterprise, agent: User, owner: User) -> None:
    start = today() - timedelta(days=200)
    make_mandate(enterprise, agent, owner, starts_on=start, ends_on=start + timedelta(days=30))
    client.force_login(agent)
    assert client.get(reverse("enterprises:detail", args=[enterprise.pk])).status_code == 404


def test_revoking_in_the_browser(client: Client, mandate: Mandate, owner: User) -> None:
    client.force_login(owner)
    address = reverse("enterprises:mandate_revoke", args=[mandate.pk])
    assert client.post(address, {"reason": " "}).status_code == 400
    assert client.post(address, {"reason": "自行办理"}).status_code == 302
    again = client.post(address, {"reason": "自行办理"})
    assert again.status_code == 400
    assert len(again.context["form"].non_field_errors()) == 1


def test_list_takes_the_same_number_of_queries_for_one_and_twenty(
    client: Client, mandate: Mandate, agent: User, owner: User
) -> None:
    client.force_login(agent)
    address = reverse("enterprises:mandates")

    client.get(address)
    before = statements(lambda: client.get(address))
    for _ in range(20):
        make_mandate(make_enterprise(), agent, owner)
    assert statements(lambda: client.get(address)) == before
