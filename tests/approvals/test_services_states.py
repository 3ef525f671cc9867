"""Every act tried in every status: what the tables forbid, the services forbid, and change nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals import services
from approvals.models import Case
from approvals.transitions import CASE
from common.errors import HallError, Stale, TransitionNotAllowed
from ledger.models import Entry
from tests.approvals.scene import Scene

pytestmark = pytest.mark.django_db


def _accept(scene: Scene, case: Case) -> Any:
    return services.accept_case(actor=scene.act(scene.clerk), case=case)


ACTS: dict[str, Callable[[Scene, Case], Any]] = {
    "correct": lambda scene, case: services.send_correction(
        actor=scene.act(scene.clerk), case=case, items=[{"text": "缺少公章"}]
    ),
    "resubmit": lambda scene, case: services.resubmit_case(actor=scene.act(scene.owner), case=case),
    "accept": _accept,
    "not_accept": lambda scene, case: services.not_accept_case(actor=scene.act(scene.clerk), case=case, reason="x"),
    "hand_over": lambda scene, case: services.hand_over_case(actor=scene.act(scene.clerk), case=case),
    "issue_at_counter": lambda scene, case: services.issue_decision(
        actor=scene.act(scene.clerk), case=case, way="counter"
    ),
    "deliver_online": lambda scene, case: services.issue_decision(
        actor=scene.act(scene.clerk), case=case, way="online"
    ),
    "withdraw": lambda scene, case: services.withdraw_case(actor=scene.act(scene.owner), case=case),
}
FORBIDDEN = [(status, act) for status in Case.Status.values for act in ACTS if not CASE.allows(status, act)]


def test_scene_reaches_every_status(scene: Scene) -> None:
    assert {status: scene.in_state(status).status for status in Case.Status.values} == {
        status: status for status in Case.Status.values
    }


@pytest.mark.parametrize(("status", "act"), FORBIDDEN)
def test_forbidden_act_changes_nothing(scene: Scene, status: str, act: str) -> None:
    case = scene.in_state(status)
    entries = Entry.objects.count()
    with pytest.raises(TransitionNotAllowed):
        ACTS[act](scene, case)
    assert (scene.fresh(case).status, Entry.objects.count()) == (status, entries)


@pytest.mark.parametrize("act", ["correct", "accept", "not_accept", "withdraw"])
def test_stale_page_is_told_so(scene: Scene, act: str) -> None:
    """The page was drawn while the case was received; meanwhile it was accepted."""
    case = scene.accepted()
    calls: dict[str, Callable[[], Any]] = {
        "correct": lambda: services.send_correction(actor=scene.act(scene.clerk), case=case, seen="received"),
        "accept": lambda: services.accept_case(actor=scene.act(scene.clerk), case=case, seen="received"),
        "not_accept": lambda: services.not_accept_case(
            actor=scene.act(scene.clerk), case=case, reason="x", seen="received"
        ),
        "withdraw": lambda: services.withdraw_case(actor=scene.act(scene.owner), case=case, seen="received"),
    }
    with pytest.raises(Stale):
        calls[act]()
    assert scene.fresh(case).status == "accepted"


def test_all_refusals_are_hall_errors() -> None:
    """Pages and API catch HallError only."""
    assert issubclass(TransitionNotAllowed, HallError)
    assert issubclass(Stale, HallError)
