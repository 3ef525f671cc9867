"""1+1+N: who joins, what a helper sees, and how it ends."""

from datetime import timedelta

import pytest

from accounts.actors import Actor
from accounts.models import Post, User
from agency.models import AgencyOrder, MandateHelper
from agency.services import Joining, join_helper, remove_helper
from approvals.models import Application, Case
from approvals.services import submit_application
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import today
from enterprises.models import Mandate
from enterprises.selectors import actor_for
from enterprises.services.mandates import revoke_mandate
from ledger.models import Entry
from notifications.models import Message
from projects.models import Project
from tests.agency.scene import Agency

pytestmark = pytest.mark.django_db


def seen(user: User) -> tuple[int, ...]:
    """Orders, projects, cases that somebody sees."""
    user.__dict__.pop("current_posts", None)
    models = (AgencyOrder, Project, Case)
    return tuple(model.objects.visible_to(user).count() for model in models)


@pytest.fixture
def case(agency: Agency) -> Case:
    draft = agency.hall.draft(agency.matters[0], project=agency.project)
    return submit_application(actor=Actor(agency.owner), application=draft)[0]


def test_a_helper_sees_the_orders_project_and_cases_and_nothing_else(agency: Agency, case: Case) -> None:
    agency.open()
    agency.hall.project()
    assert seen(agency.of_street) == (0, 0, 0)
    helper = agency.join()
    assert helper.of_street
    assert seen(agency.of_street) == (1, 1, 1)
    assert actor_for(agency.of_street, agency.hall.enterprise) is None
    assert not Application.objects.visible_to(agency.of_street).exists()
    agency.join(agency.of_planning)
    assert seen(agency.of_planning) == (1, 1, 1)


def test_never_more_than_the_mandates_scope(agency: Agency, case: Case) -> None:
    agency.open()
    agency.join()
    Mandate.objects.update(matters=[agency.matters[1].code])
    assert seen(agency.of_street) == (1, 1, 0)
    Mandate.objects.update(matters=[agency.matters[0].code])
    assert seen(agency.of_street) == (1, 1, 1)


@pytest.mark.parametrize("end", ["revoked", "mandate over", "period over", "removed", "post", "order closed"])
def test_it_ends_at_once(agency: Agency, case: Case, end: str) -> None:
    order = agency.open()
    helper = agency.join()
    if end == "revoked":
        revoke_mandate(actor=Actor(agency.owner), mandate=agency.mandate, reason="自行办理")
    elif end == "mandate over":
        Mandate.objects.update(starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))
    elif end == "period over":
        MandateHelper.objects.update(starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))
    elif end == "removed":
        remove_helper(actor=Actor(agency.owner), helper=helper, reason="不再需要")
    elif end == "post":
        Post.objects.filter(user=agency.of_street).delete()
    else:
        from agency.services import close_order

        close_order(actor=agency.actor(), order=order, reason="改期")
    assert seen(agency.of_street) == (0, 0, 0)


def test_the_agent_or_his_head_joins_and_the_enterprise_is_told(agency: Agency) -> None:
    joining = Joining(agency.of_street, today() + timedelta(days=9), "核实用地")
    for user in (agency.owner, agency.colleague, agency.hall.clerk, agency.of_street, agency.hall.head):
        with pytest.raises(NotAllowed):
            join_helper(actor=Actor(user), mandate=agency.mandate, joining=joining)
    join_helper(actor=Actor(agency.head), mandate=agency.mandate, joining=joining)
    told = Message.objects.filter(channel="inapp", template="helper.joined")
    assert set(told.values_list("recipient", flat=True)) == {agency.owner.pk, agency.of_street.pk}
    assert Entry.objects.of("enterprises.mandate", agency.mandate.pk).last().act == "helper.joined"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"why": " "}, "why"), ({"ends_on": timedelta(days=-1)}, "ends_on"), ({"ends_on": timedelta(days=999)}, "ends_on"),
     ({"user": "agent"}, "user"), ({"user": "clerk"}, "user")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(agency: Agency, changes: dict, field: str) -> None:
    if "ends_on" in changes:
        changes = {"ends_on": today() + changes["ends_on"]}
    if "user" in changes:
        changes = {"user": agency.agent if changes["user"] == "agent" else agency.hall.clerk}
    with pytest.raises(InvalidInput) as refused:
        agency.join(**changes)
    assert list(refused.value.errors) == [field]


def test_one_of_the_sub_districts_and_each_agent_once(agency: Agency) -> None:
    helper = agency.join()
    for user in (agency.of_street, agency.of_other_street):
        with pytest.raises(InvalidInput) as refused:
            agency.join(user)
        assert list(refused.value.errors) == ["user"]
    remove_helper(actor=agency.actor(), helper=helper, reason="换人")
    agency.join(agency.of_other_street)


def test_each_side_removes(agency: Agency) -> None:
    for actor in (Actor(agency.owner), agency.actor(), Actor(agency.head), Actor(agency.of_planning)):
        helper = agency.join(agency.of_planning)
        with pytest.raises(NotAllowed):
            remove_helper(actor=Actor(agency.colleague), helper=helper, reason="x")
        with pytest.raises(InvalidInput):
            remove_helper(actor=actor, helper=helper, reason="")
        remove_helper(actor=actor, helper=helper, reason="不再需要")
        with pytest.raises(Stale):
            remove_helper(actor=actor, helper=helper, reason="再次")
