"""Who may act for an enterprise, and the check inside the transaction of an act."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from accounts.actors import Actor
from accounts.models import Post, Role, User
from common.errors import NotAllowed
from common.time import now, today
from enterprises.models import Enterprise, Mandate, Membership
from enterprises.selectors import ANY, actor_for, require_actor
from enterprises.services import confirm_actor
from enterprises.services.mandates import revoke_mandate
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_mandate, make_membership

pytestmark = pytest.mark.django_db


def test_member_acts_for_himself(enterprise: Enterprise, owner: User) -> None:
    assert actor_for(owner, enterprise) == Actor(owner)


@pytest.mark.parametrize("status", ["pending", "rejected", "left"])
def test_membership_that_is_not_active_is_worth_nothing(enterprise: Enterprise, stranger: User, status: str) -> None:
    make_membership(enterprise, stranger, status=status)
    assert actor_for(stranger, enterprise) is None


def test_agent_acts_on_behalf_of_the_enterprise(enterprise: Enterprise, agent: User, mandate: Mandate) -> None:
    assert actor_for(agent, enterprise) == Actor(agent, enterprise.name, mandate.pk)


def test_clerk_acts_for_whoever_stands_before_him(enterprise: Enterprise, clerk: User) -> None:
    assert actor_for(clerk, enterprise) == Actor(clerk, enterprise.name)


def test_stranger_and_anonymous_do_not_act(enterprise: Enterprise, stranger: User) -> None:
    assert actor_for(stranger, enterprise) is None
    assert actor_for(AnonymousUser(), enterprise) is None


def test_mandate_for_another_enterprise_does_not_count(agent: User, mandate: Mandate) -> None:
    assert actor_for(agent, make_enterprise()) is None


@pytest.mark.parametrize(
    ("matters", "may_declare", "asked", "acts"),
    [
        ([], True, None, True),
        ([], False, None, False),
        ([], False, "lx01", True),
        (["lx01"], False, "lx01", True),
        (["lx01"], True, "lx02", False),
        (["lx01", "lx02"], False, ["lx01", "lx02"], True),
        (["lx01"], False, ["lx01", "lx02"], False),
        (["lx01"], False, ANY, True),
    ],
)
def test_scope_of_a_mandate(
    enterprise: Enterprise,
    agent: User,
    owner: User,
    matters: list[str],
    may_declare: bool,
    asked: str | list[str] | None,
    acts: bool,
) -> None:
    make_mandate(enterprise, agent, owner, matters=matters, may_declare=may_declare)
    assert (actor_for(agent, enterprise, asked) is not None) is acts


@pytest.mark.parametrize(
    ("start", "end", "revoked", "code"),
    [
        (-10, -1, False, "mandate_ended"),
        (1, 10, False, "mandate_ahead"),
        (-10, 10, True, "mandate_revoked"),
    ],
)
def test_mandate_out_of_force_is_explained(
    enterprise: Enterprise, agent: User, owner: User, start: int, end: int, revoked: bool, code: str
) -> None:
    make_mandate(
        enterprise,
        agent,
        owner,
        starts_on=today() + timedelta(days=start),
        ends_on=today() + timedelta(days=end),
        revoked_at=now() if revoked else None,
    )
    assert actor_for(agent, enterprise) is None
    with pytest.raises(NotAllowed) as caught:
        require_actor(agent, enterprise)
    assert caught.value.code == code
    assert enterprise.name in str(caught.value)


def test_agent_who_lost_the_post_does_not_act(enterprise: Enterprise, agent: User, mandate: Mandate) -> None:
    Post.objects.filter(user=agent).update(ends_on=today() - timedelta(days=1))
    agent = User.objects.get(pk=agent.pk)
    assert actor_for(agent, enterprise) is None
    assert not Enterprise.objects.visible_to(agent).exists()


def test_require_actor_refuses_a_stranger(enterprise: Enterprise, stranger: User) -> None:
    with pytest.raises(NotAllowed) as caught:
        require_actor(stranger, enterprise)
    assert caught.value.code == "not_member"


def test_actor_for_takes_at_most_two_queries(
    enterprise: Enterprise, agent: User, owner: User, mandate: Mandate, django_assert_num_queries: object
) -> None:
    assert agent.roles
    with django_assert_num_queries(2):
        actor_for(agent, enterprise, "lx01")
    with django_assert_num_queries(1):
        actor_for(owner, enterprise, "lx01")


def confirm(actor: Actor, enterprise: Enterprise, matters: str | list[str] | None = None) -> None:
    with transaction.atomic():
        confirm_actor(actor, enterprise, matters)


def test_everybody_who_may_act_is_confirmed(
    enterprise: Enterprise, owner: User, agent: User, clerk: User, mandate: Mandate
) -> None:
    for user in (owner, agent, clerk):
        actor = actor_for(user, enterprise)
        assert actor
        confirm(actor, enterprise, "lx01")
    confirm(Actor.system(), enterprise)


def test_member_who_left_is_refused(enterprise: Enterprise, owner: User) -> None:
    actor = require_actor(owner, enterprise)
    Membership.objects.filter(user=owner).update(status="left")
    with pytest.raises(NotAllowed, match=enterprise.name):
        confirm(actor, enterprise)


def test_mandate_revoked_since_is_refused_with_the_day(
    enterprise: Enterprise, owner: User, agent: User, mandate: Mandate
) -> None:
    actor = require_actor(agent, enterprise)
    revoke_mandate(actor=Actor(owner), mandate=mandate, reason="改由本公司自办")
    with pytest.raises(NotAllowed) as caught:
        confirm(actor, enterprise)
    assert caught.value.code == "mandate_revoked"


def test_clerk_without_post_is_refused_though_the_user_object_still_knows_it(
    enterprise: Enterprise, clerk: User
) -> None:
    actor = require_actor(clerk, enterprise)
    Post.objects.filter(user=clerk).update(ends_on=today() - timedelta(days=1))
    with pytest.raises(NotAllowed) as caught:
        confirm(actor, enterprise)
    assert caught.value.code == "not_posted"


def test_scope_is_confirmed_too(enterprise: Enterprise, agent: User, owner: User) -> None:
    made = make_mandate(enterprise, agent, owner, matters=["lx01"], may_declare=False)
    actor = Actor(agent, enterprise.name, made.pk)
    confirm(actor, enterprise, ["lx01"])
    for asked in (["lx01", "lx02"], None):
        with pytest.raises(NotAllowed) as caught:
            confirm(actor, enterprise, asked)
        assert caught.value.code == "mandate_scope"


def test_mandate_of_somebody_else_is_no_use(enterprise: Enterprise, mandate: Mandate, stranger: User) -> None:
    with pytest.raises(NotAllowed):
        confirm(Actor(stranger, enterprise.name, mandate.pk), enterprise)


@pytest.mark.django_db(transaction=True)
def test_confirm_outside_a_transaction_is_a_mistake_of_ours(enterprise: Enterprise, owner: User) -> None:
    with pytest.raises(RuntimeError):
        confirm_actor(Actor(owner), enterprise)


@pytest.mark.django_db(transaction=True)
def test_revocation_waits_for_an_act_that_has_begun_and_stops_the_next() -> None:
    owner, agent = make_user("boss"), make_user("helper")
    make_post(agent, make_department(), Role.AGENT)
    enterprise = make_enterprise()
    make_membership(enterprise, owner)
    mandate = make_mandate(enterprise, agent, owner)
    actor = Actor(agent, enterprise.name, mandate.pk)
    revoked = threading.Event()

    def revoke() -> None:
        try:
            revoke_mandate(actor=Actor(owner), mandate=mandate, reason="测试")
            revoked.set()
        finally:
            connection.close()

    with transaction.atomic():
        confirm_actor(actor, enterprise)
        other = threading.Thread(target=revoke)
        other.start()
        # The other transaction stands before our lock: it cannot end while we are here.
        assert not revoked.wait(0.4)
    other.join(10)
    assert revoked.is_set()
    with pytest.raises(NotAllowed), transaction.atomic():
        confirm_actor(actor, enterprise)


@pytest.mark.django_db(transaction=True)
def test_two_acts_under_one_mandate_do_not_wait_for_each_other() -> None:
    owner, agent = make_user("boss"), make_user("helper")
    make_post(agent, make_department(), Role.AGENT)
    enterprise = make_enterprise()
    mandate = make_mandate(enterprise, agent, owner)
    actor = Actor(agent, enterprise.name, mandate.pk)
    passed = threading.Event()

    def act() -> None:
        try:
            with transaction.atomic():
                confirm_actor(actor, enterprise)
                passed.set()
        finally:
            connection.close()

    with transaction.atomic():
        confirm_actor(actor, enterprise)
        other = threading.Thread(target=act)
        other.start()
        assert passed.wait(10)
    other.join(10)
