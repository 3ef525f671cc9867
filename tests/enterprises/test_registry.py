"""Claiming and registering enterprises, and their members."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.actors import Actor
from accounts.models import User
from common.errors import HallError, InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from enterprises.models import Enterprise, Membership
from enterprises.services import members
from enterprises.services.registry import Details, claim_enterprise, edit_enterprise, register_enterprise
from enterprises.transitions import MEMBERSHIP
from ledger.selectors import timeline
from notifications.models import Message
from tests.factories.accounts import make_user
from tests.factories.enterprises import make_credit_code, make_enterprise, make_membership

pytestmark = pytest.mark.django_db
DETAILS = Details(name="秦皇岛新址食品有限公司", legal_representative="赵六")


def told(user: User) -> list[str]:
    rows = Message.objects.filter(recipient=user, channel="inapp")
    return list(rows.order_by("id").values_list("template", flat=True))


def acts(enterprise: Enterprise) -> list[str]:
    return [entry.act for entry in timeline(enterprise)]


def test_unknown_code_registers_and_makes_the_claimer_owner(stranger: User) -> None:
    code = make_credit_code()
    membership = claim_enterprise(actor=Actor(stranger), credit_code=code.lower(), details=DETAILS)
    assert (membership.role, membership.status) == ("owner", "active")
    assert membership.enterprise.credit_code == code
    assert acts(membership.enterprise) == ["enterprise.registered"]


def test_known_code_leaves_a_request_with_the_owner(enterprise: Enterprise, owner: User, stranger: User) -> None:
    membership = claim_enterprise(actor=Actor(stranger), credit_code=enterprise.credit_code, note="财务主管")
    assert (membership.role, membership.status, membership.reason) == ("member", "pending", "财务主管")
    assert told(owner) == ["membership.requested"]
    assert not Enterprise.objects.visible_to(stranger).exists()


def test_enterprise_without_owner_is_left_to_the_window(stranger: User, clerk: User) -> None:
    imported = make_enterprise()
    membership = claim_enterprise(actor=Actor(stranger), credit_code=imported.credit_code, note="法定代表人")
    assert (membership.role, membership.status) == ("owner", "pending")
    assert told(clerk) == ["membership.requested"]
    members.approve_member(actor=Actor(clerk), membership=membership)
    assert Enterprise.objects.visible_to(stranger).get() == imported
    assert told(stranger) == ["membership.approved"]


@pytest.mark.parametrize("status", ["pending", "active"])
def test_asking_twice_is_told_at_the_code(enterprise: Enterprise, stranger: User, status: str) -> None:
    make_membership(enterprise, stranger, status=status, role="member")
    with pytest.raises(InvalidInput) as caught:
        claim_enterprise(actor=Actor(stranger), credit_code=enterprise.credit_code)
    assert list(caught.value.errors) == ["credit_code"]


def test_rejected_person_may_ask_again(enterprise: Enterprise, stranger: User) -> None:
    make_membership(enterprise, stranger, status="rejected", role="member")
    assert claim_enterprise(actor=Actor(stranger), credit_code=enterprise.credit_code).status == "pending"


def test_wrong_code_is_told_at_its_field(stranger: User) -> None:
    with pytest.raises(InvalidInput) as caught:
        claim_enterprise(actor=Actor(stranger), credit_code="91110000600037341X", details=DETAILS)
    assert list(caught.value.errors) == ["credit_code"]
    assert not Enterprise.objects.exists()


def test_registering_a_known_code_is_stale(enterprise: Enterprise, stranger: User) -> None:
    with pytest.raises(Stale) as caught:
        claim_enterprise(actor=Actor(stranger), credit_code=enterprise.credit_code, details=DETAILS)
    assert caught.value.field == "credit_code"


def test_staff_do_not_claim(officer: User) -> None:
    with pytest.raises(NotAllowed):
        claim_enterprise(actor=Actor(officer), credit_code=make_credit_code(), details=DETAILS)


@pytest.mark.django_db(transaction=True)
def test_two_people_claim_one_new_code_at_once_and_one_owns_it() -> None:
    people, code, start = [make_user() for _ in range(6)], make_credit_code(), threading.Barrier(6)

    def claim(user: User) -> str:
        try:
            start.wait(10)
            return claim_enterprise(actor=Actor(user), credit_code=code, details=DETAILS).status
        except HallError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        results = sorted(pool.map(claim, people))
    assert results == ["active"] + ["already_registered"] * 5
    assert Membership.objects.count() == 1


def test_clerk_registers_the_firm_of_a_walk_in_without_owner(clerk: User, stranger: User) -> None:
    firm = register_enterprise(actor=Actor(clerk), credit_code=make_credit_code(), details=DETAILS)
    assert not firm.memberships.exists()
    with pytest.raises(NotAllowed):
        register_enterprise(actor=Actor(stranger), credit_code=make_credit_code(), details=DETAILS)


def test_details_keep_old_and_new_in_the_ledger(enterprise: Enterprise, owner: User, stranger: User) -> None:
    changed = Details(name=enterprise.name, legal_representative="钱七", industry=enterprise.industry,
                      address=enterprise.address)  # fmt: skip
    edit_enterprise(actor=Actor(owner), enterprise=enterprise, details=changed)
    edit_enterprise(actor=Actor(owner), enterprise=enterprise, details=changed)
    entries = list(timeline(enterprise))
    assert [entry.data for entry in entries] == [{"changes": {"legal_representative": ["李四", "钱七"]}}]
    with pytest.raises(NotAllowed):
        edit_enterprise(actor=Actor(stranger), enterprise=enterprise, details=DETAILS)


def test_officer_sets_the_tier_and_nothing_else(enterprise: Enterprise, officer: User, owner: User) -> None:
    edited = edit_enterprise(actor=Actor(officer), enterprise=enterprise, details=DETAILS, tier="key")
    assert (edited.tier, edited.name) == ("key", enterprise.name)
    with pytest.raises(NotAllowed):
        edit_enterprise(actor=Actor(owner), enterprise=enterprise, details=DETAILS, tier="small")


def test_owner_decides_and_the_person_is_told(enterprise: Enterprise, owner: User, stranger: User) -> None:
    membership = claim_enterprise(actor=Actor(stranger), credit_code=enterprise.credit_code)
    with pytest.raises(NotAllowed):
        members.approve_member(actor=Actor(stranger), membership=membership)
    with pytest.raises(InvalidInput):
        members.reject_member(actor=Actor(owner), membership=membership, reason=" ")
    members.reject_member(actor=Actor(owner), membership=membership, reason="不是本公司员工")
    with pytest.raises(TransitionNotAllowed):
        members.approve_member(actor=Actor(owner), membership=membership)
    assert told(stranger) == ["membership.rejected"]
    assert acts(enterprise) == ["membership.requested", "membership.rejected"]


def test_last_owner_cannot_go_before_handing_over(enterprise: Enterprise, owner: User, stranger: User) -> None:
    own = enterprise.memberships.get(user=owner)
    other = make_membership(enterprise, stranger, role="member")
    with pytest.raises(NotAllowed):
        members.leave_enterprise(actor=Actor(owner), membership=own)
    members.hand_over(actor=Actor(owner), membership=other)
    with pytest.raises(NotAllowed):
        members.remove_member(actor=Actor(owner), membership=other, reason="不再是主人")
    members.leave_enterprise(actor=Actor(owner), membership=own)
    assert list(enterprise.memberships.active().values_list("user", "role")) == [(stranger.pk, "owner")]


def test_removed_member_sees_nothing_any_more(enterprise: Enterprise, owner: User, stranger: User) -> None:
    other = make_membership(enterprise, stranger, role="member")
    members.remove_member(actor=Actor(owner), membership=other, reason="离职")
    assert not Enterprise.objects.visible_to(stranger).exists()
    assert told(stranger) == ["membership.removed"]


def test_nobody_leaves_for_another(enterprise: Enterprise, owner: User, stranger: User) -> None:
    other = make_membership(enterprise, stranger, role="member")
    with pytest.raises(NotAllowed):
        members.leave_enterprise(actor=Actor(owner), membership=other)


@pytest.mark.parametrize("status", Membership.Status.values)
@pytest.mark.parametrize("act", MEMBERSHIP.act_names)
def test_every_pair_of_the_table(enterprise: Enterprise, owner: User, stranger: User, status: str, act: str) -> None:
    membership = make_membership(enterprise, stranger, role="member", status=status)
    call = {
        "approve": lambda: members.approve_member(actor=Actor(owner), membership=membership),
        "reject": lambda: members.reject_member(actor=Actor(owner), membership=membership, reason="无"),
        "leave": lambda: members.leave_enterprise(actor=Actor(stranger), membership=membership),
        "remove": lambda: members.remove_member(actor=Actor(owner), membership=membership, reason="无"),
    }[act]
    if MEMBERSHIP.allows(status, act):
        assert call().status == MEMBERSHIP.next(status, act)
    else:
        with pytest.raises(TransitionNotAllowed):
            call()
        membership.refresh_from_db()
        assert membership.status == status
