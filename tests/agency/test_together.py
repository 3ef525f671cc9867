"""Two at once: whatever comes first is whole, the other is refused or finds it done."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.actors import Actor
from agency.candidates import candidates
from agency.models import AgencyOrder
from agency.services import agree_to_plan, ask_for_changes, propose_plan
from agency.working_out import suggestion
from common.errors import HallError
from deadlines.models import Clock
from enterprises.services.mandates import revoke_mandate
from tests.agency.scene import Agency, fresh, make_agency

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agency(transactional_db: None) -> Agency:
    return make_agency()


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run each in a thread and a connection of its own; "done" or the code of the refusal."""
    ready, results = threading.Barrier(len(acts)), ["" for _ in acts]

    def run(place: int, act: Callable[[], Any]) -> None:
        ready.wait()
        try:
            act()
            results[place] = "done"
        except HallError as error:
            results[place] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_a_plan_and_a_revocation(agency: Agency) -> None:
    for _ in range(4):
        order, actor = agency.open(project=agency.hall.project()), agency.actor()
        choice = suggestion(candidates(order))
        planned, revoked = at_once(
            lambda o=order, a=actor, c=choice: propose_plan(actor=a, order=o, choice=c),
            lambda: revoke_mandate(actor=Actor(agency.owner), mandate=agency.mandate, reason="自行办理"),
        )
        assert revoked == "done"
        assert planned in ("done", "mandate_revoked")
        order = fresh(order)
        # Closed on record either way, and the plan is whole or not there at all.
        assert (order.status, order.plans.count()) == ("closed", int(planned == "done"))
        assert not Clock.objects.open().exists()
        agency.mandate.revoked_at, agency.mandate.revoked_by, agency.mandate.revoke_reason = None, None, ""
        agency.mandate.save()


def test_opening_and_a_revocation_leave_no_live_order(agency: Agency) -> None:
    at_once(
        agency.open,
        lambda: revoke_mandate(actor=Actor(agency.owner), mandate=agency.mandate, reason="自行办理"),
    )
    assert not AgencyOrder.objects.live().exists()


def test_agreeing_and_asking_for_changes(agency: Agency) -> None:
    order = agency.proposed()
    owner = Actor(agency.owner)
    results = at_once(
        lambda: agree_to_plan(actor=owner, order=order, number=1),
        lambda: ask_for_changes(actor=owner, order=order, words="推迟"),
    )
    # Changes may be asked for after agreeing too; agreeing after that finds nothing to agree to.
    assert results in (["done", "done"], ["transition_not_allowed", "done"])
    assert fresh(order).status == "open"
    assert order.plans.get().agreed is (results[0] == "done")


def test_two_plans(agency: Agency) -> None:
    order = agency.open()
    choice = suggestion(candidates(order))
    agent = agency.actor()
    results = at_once(
        lambda: propose_plan(actor=agent, order=order, choice=choice),
        lambda: propose_plan(actor=Actor(agency.head), order=order, choice=choice),
    )
    assert sorted(results) == ["done", "transition_not_allowed"]
    assert order.plans.count() == 1
