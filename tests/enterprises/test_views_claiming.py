"""Claiming in the browser's words: forms, messages, strangers."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from enterprises.models import Enterprise, Membership
from tests.factories.accounts import make_user
from tests.factories.enterprises import make_credit_code, make_enterprise, make_membership
from tests.queries import statements

pytestmark = pytest.mark.django_db

DETAILS = {"name": "秦皇岛新址食品有限公司", "legal_representative": "赵六", "industry": "14"}


@pytest.fixture
def investor(client: Client, stranger: User) -> User:
    client.force_login(stranger)
    return stranger


def test_sign_in_comes_first(client: Client) -> None:
    for name in ("index", "claim", "mandates", "visits"):
        response = client.get(reverse(f"enterprises:{name}"))
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize("code", ["9111", "91110000600037341O", "91110000600037341X", ""])
def test_wrong_code_is_told_at_the_field_and_stays(client: Client, investor: User, code: str) -> None:
    response = client.get(reverse("enterprises:claim"), {"credit_code": code})
    assert response.status_code == 400
    assert len(response.context["form"].errors["credit_code"]) == 1
    assert f'value="{code}"' in response.content.decode() or not code


def test_new_enterprise_is_registered_and_claimed(client: Client, investor: User) -> None:
    code = make_credit_code()
    step = client.get(reverse("enterprises:claim"), {"credit_code": code.lower()}, follow=True)
    assert step.redirect_chain == [(reverse("enterprises:claim_details", args=[code]), 302)]
    saved = client.post(step.redirect_chain[0][0], DETAILS, follow=True)
    enterprise = Enterprise.objects.get(credit_code=code)
    assert saved.redirect_chain == [(reverse("enterprises:detail", args=[enterprise.pk]), 302)]
    assert enterprise.memberships.get().user == investor


def test_missing_details_are_told_at_their_fields(client: Client, investor: User) -> None:
    response = client.post(reverse("enterprises:claim_details", args=[make_credit_code()]), {"address": "某路"})
    assert response.status_code == 400
    assert sorted(response.context["form"].errors) == ["legal_representative", "name"]
    assert "某路" in response.content.decode()


def test_code_registered_while_the_form_was_open_leads_to_joining(
    client: Client, investor: User, enterprise: Enterprise
) -> None:
    # The page was opened before the enterprise existed; a form for new firms is posted to a known one.
    address = reverse("enterprises:claim_details", args=[enterprise.credit_code])
    response = client.post(address, DETAILS)
    assert response.status_code == 400
    assert response.templates[0].name == "enterprises/claim_join.html"
    assert Enterprise.objects.get().name == enterprise.name


def test_request_to_join_is_approved_by_the_owner(
    client: Client, investor: User, enterprise: Enterprise, owner: User
) -> None:
    address = reverse("enterprises:claim_details", args=[enterprise.credit_code])
    done = client.post(address, {"note": "财务主管"}, follow=True)
    assert done.templates[0].name == "enterprises/claimed.html"
    assert client.get(reverse("enterprises:detail", args=[enterprise.pk])).status_code == 404
    again = client.post(address, {"note": "又一次"}, follow=True)
    assert again.templates[0].name == "enterprises/claimed.html"
    membership = Membership.objects.get(user=investor)

    client.force_login(owner)
    page = client.get(reverse("enterprises:members", args=[enterprise.pk]))
    assert "财务主管" in page.content.decode()
    approve = reverse("enterprises:member_act", args=[membership.pk, "approve"])
    assert client.post(approve, follow=True).status_code == 200
    twice = client.post(approve, follow=True)
    assert [message.level_tag for message in twice.context["messages"]] == ["error"]

    client.force_login(investor)
    assert client.get(reverse("enterprises:detail", args=[enterprise.pk])).status_code == 200


def test_rejection_without_reason_is_refused(client: Client, enterprise: Enterprise, owner: User) -> None:
    membership = make_membership(enterprise, make_user(), role="member", status="pending")
    client.force_login(owner)
    address = reverse("enterprises:member_act", args=[membership.pk, "reject"])
    response = client.post(address, {"reason": ""}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    membership.refresh_from_db()
    assert membership.status == "pending"


@pytest.mark.parametrize("name", ["detail", "edit", "members", "mandate_new", "visit_new"])
def test_stranger_gets_404(client: Client, investor: User, enterprise: Enterprise, name: str) -> None:
    assert client.get(reverse(f"enterprises:{name}", args=[enterprise.pk])).status_code == 404


def test_stranger_decides_nothing(client: Client, investor: User, enterprise: Enterprise) -> None:
    pending = make_membership(enterprise, make_user(), role="member", status="pending")
    for act in ("approve", "reject", "remove", "hand-over", "leave"):
        address = reverse("enterprises:member_act", args=[pending.pk, act])
        assert client.post(address, {"reason": "无"}).status_code == 404
        assert client.get(address).status_code == 405


def test_plain_member_may_look_but_not_decide(client: Client, investor: User, enterprise: Enterprise) -> None:
    make_membership(enterprise, investor, role="member")
    pending = make_membership(enterprise, make_user(), role="member", status="pending")
    assert client.get(reverse("enterprises:members", args=[enterprise.pk])).status_code == 200
    assert client.post(reverse("enterprises:member_act", args=[pending.pk, "approve"])).status_code == 403
    for name in ("edit", "mandate_new"):
        assert client.get(reverse(f"enterprises:{name}", args=[enterprise.pk])).status_code == 403


def test_owner_edits_details(client: Client, enterprise: Enterprise, owner: User) -> None:
    client.force_login(owner)
    address = reverse("enterprises:edit", args=[enterprise.pk])
    page = client.get(address)
    assert "tier" not in page.context["form"].fields
    sent = {"name": enterprise.name, "legal_representative": "钱七", "tier": "key"}
    assert client.post(address, sent).status_code == 302
    enterprise.refresh_from_db()
    assert (enterprise.legal_representative, enterprise.tier) == ("钱七", "small")


def test_clerk_registers_for_a_walk_in_and_decides_on_firms_without_owner(
    client: Client, clerk: User, stranger: User
) -> None:
    client.force_login(clerk)
    code = make_credit_code()
    client.post(reverse("enterprises:claim_details", args=[code]), DETAILS)
    enterprise = Enterprise.objects.get(credit_code=code)
    assert not enterprise.memberships.exists()
    make_membership(enterprise, stranger, status="pending")
    page = client.get(reverse("enterprises:requests"))
    assert enterprise.name in page.content.decode()
    client.force_login(stranger)
    assert client.get(reverse("enterprises:requests")).status_code == 403


def test_staff_other_than_the_window_do_not_claim(client: Client, officer: User) -> None:
    client.force_login(officer)
    assert client.get(reverse("enterprises:claim")).status_code == 403


def test_lists_take_the_same_number_of_queries_for_one_and_fifty(client: Client, clerk: User, stranger: User) -> None:
    def count(address: str) -> int:
        assert client.get(address).status_code == 200
        return statements(lambda: client.get(address))

    client.force_login(clerk)
    lists = [reverse("enterprises:index"), reverse("enterprises:requests")]
    make_membership(make_enterprise(), make_user(), status="pending")
    before = [count(address) for address in lists]
    for _ in range(20):
        make_membership(make_enterprise(), make_user(), status="pending")
    assert [count(address) for address in lists] == before

    client.force_login(stranger)
    firm = make_enterprise()
    make_membership(firm, stranger)
    pages = [reverse("enterprises:index"), reverse("enterprises:members", args=[firm.pk]),
             reverse("enterprises:detail", args=[firm.pk])]  # fmt: skip
    before = [count(address) for address in pages]
    for _ in range(20):
        make_membership(make_enterprise(), stranger)
        make_membership(firm, make_user(), role="member")
    assert [count(address) for address in pages] == before
