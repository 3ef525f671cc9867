"""Giving and revoking mandates."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.actors import Actor
from accounts.models import User
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import today
from enterprises.models import Enterprise, Mandate
from enterprises.services.mandates import Terms, grant_mandate, revoke_mandate
from ledger.selectors import timeline
from notifications.models import Message
from tests.factories.enterprises import make_mandate, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms(agent: User) -> Terms:
    return Terms(agent=agent, starts_on=today(), ends_on=today() + timedelta(days=90), matters=("lx01",))


def test_owner_gives_a_mandate(enterprise: Enterprise, owner: User, agent: User, terms: Terms) -> None:
    mandate = grant_mandate(actor=Actor(owner), enterprise=enterprise, terms=terms)
    assert (mandate.agent, mandate.matters, mandate.is_valid) == (agent, ["lx01"], True)
    assert [entry.act for entry in timeline(mandate)] == ["mandate.granted", "document.issued"]
    assert [entry.act for entry in timeline(enterprise)] == ["mandate.granted"]
    assert list(Message.objects.filter(channel="inapp").values_list("recipient", "template")) == [
        (agent.pk, "mandate.granted")
    ]
    assert Enterprise.objects.visible_to(agent).get() == enterprise


def test_only_the_owner_gives_mandates(enterprise: Enterprise, stranger: User, clerk: User, terms: Terms) -> None:
    make_membership(enterprise, stranger, role="member")
    for user in (stranger, clerk):
        with pytest.raises(NotAllowed):
            grant_mandate(actor=Actor(user), enterprise=enterprise, terms=terms)


@pytest.mark.parametrize(("start", "end", "field"), [(-1, 10, "starts_on"), (5, 4, "ends_on"), (0, 6 * 366, "ends_on")])
def test_wrong_period_is_told_at_its_field(
    enterprise: Enterprise, owner: User, terms: Terms, start: int, end: int, field: str
) -> None:
    day = today()
    wrong = replace(terms, starts_on=day + timedelta(days=start), ends_on=day + timedelta(days=end))
    with pytest.raises(InvalidInput) as caught:
        grant_mandate(actor=Actor(owner), enterprise=enterprise, terms=wrong)
    assert list(caught.value.errors) == [field]


def test_somebody_without_an_agents_post_gets_none(
    enterprise: Enterprise, owner: User, officer: User, terms: Terms
) -> None:
    with pytest.raises(InvalidInput) as caught:
        grant_mandate(actor=Actor(owner), enterprise=enterprise, terms=replace(terms, agent=officer))
    assert list(caught.value.errors) == ["agent"]


def test_periods_of_one_agent_do_not_overlap(enterprise: Enterprise, owner: User, terms: Terms) -> None:
    first = grant_mandate(actor=Actor(owner), enterprise=enterprise, terms=terms)
    with pytest.raises(InvalidInput) as caught:
        grant_mandate(actor=Actor(owner), enterprise=enterprise, terms=terms)
    assert list(caught.value.errors) == ["agent"]
    following = replace(terms, starts_on=terms.ends_on + timedelta(days=1), ends_on=terms.ends_on + timedelta(days=9))
    grant_mandate(actor=Actor(owner), enterprise=enterprise, terms=following)
    revoke_mandate(actor=Actor(owner), mandate=first, reason="换个范围")
    grant_mandate(actor=Actor(owner), enterprise=enterprise, terms=replace(terms, matters=()))


def test_revoked_at_once_and_on_record(enterprise: Enterprise, owner: User, agent: User, mandate: Mandate) -> None:
    revoked = revoke_mandate(actor=Actor(owner), mandate=mandate, reason="自行办理")
    assert (revoked.state, revoked.revoke_reason, revoked.revoked_by) == ("revoked", "自行办理", owner)
    assert not Enterprise.objects.visible_to(agent).exists()
    assert [entry.data["reason"] for entry in timeline(mandate)] == ["自行办理"]
    assert list(Message.objects.filter(channel="inapp").values_list("recipient", flat=True)) == [agent.pk]
    with pytest.raises(Stale):
        revoke_mandate(actor=Actor(owner), mandate=mandate, reason="再次")


def test_agent_may_lay_it_down_and_the_owner_is_told(owner: User, agent: User, mandate: Mandate) -> None:
    revoke_mandate(actor=Actor(agent), mandate=mandate, reason="调离岗位")
    assert list(Message.objects.filter(channel="inapp").values_list("recipient", flat=True)) == [owner.pk]


def test_strangers_and_clerks_revoke_nothing(mandate: Mandate, stranger: User, clerk: User) -> None:
    for user in (stranger, clerk):
        with pytest.raises(NotAllowed):
            revoke_mandate(actor=Actor(user), mandate=mandate, reason="无")


def test_reason_is_needed(mandate: Mandate, owner: User) -> None:
    with pytest.raises(InvalidInput) as caught:
        revoke_mandate(actor=Actor(owner), mandate=mandate, reason="  ")
    assert list(caught.value.errors) == ["reason"]


def test_who_sees_a_mandate(
    enterprise: Enterprise, mandate: Mandate, owner: User, agent: User, stranger: User, officer: User, clerk: User
) -> None:
    seen = {user: Mandate.objects.visible_to(user).exists() for user in (owner, agent, stranger, officer, clerk)}
    assert seen == {owner: True, agent: True, stranger: False, officer: False, clerk: True}


def test_agents_list_has_those_in_force_first(enterprise: Enterprise, owner: User, agent: User) -> None:
    day = today()
    ended = make_mandate(enterprise, agent, owner, starts_on=day - timedelta(days=90), ends_on=day - timedelta(days=30))
    valid = make_mandate(enterprise, agent, owner)
    assert list(Mandate.objects.concerning(agent)) == [valid, ended]
