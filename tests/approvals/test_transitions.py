"""Every pair of status and act of both tables: what it leads to, or that it is refused."""

import pytest

from approvals.models import Case, Step
from approvals.transitions import CASE, STEP
from common.errors import TransitionNotAllowed

# Written out once more on purpose: a row that slips into the tables must be meant.
CASE_ROWS = {
    "received": {
        "correct": "correcting",
        "accept": "accepted",
        "deem_accepted": "accepted",
        "not_accept": "not_accepted",
        "withdraw": "withdrawn",
    },
    "correcting": {"resubmit": "received", "withdraw": "withdrawn"},
    "not_accepted": {},
    "accepted": {"hand_over": "reviewing", "withdraw": "withdrawn"},
    "reviewing": {"decide": "decided", "withdraw": "withdrawn"},
    "decided": {
        "issue_at_counter": "issued",
        "deliver_online": "delivered",
        "terminate": "terminated",
        "give_up": "withdrawn",
    },
    "issued": {"sign": "delivered"},
    "delivered": {},
    "withdrawn": {},
}
STEP_ROWS = {
    "waiting": {"open": "open", "cancel": "cancelled"},
    "open": {"complete": "done", "deem_agreed": "done", "propose": "proposed", "cancel": "cancelled"},
    "proposed": {"approve": "done", "send_back": "open", "cancel": "cancelled"},
    "done": {},
    "cancelled": {},
}


def pairs(rows: dict[str, dict[str, str]], acts: list[str]) -> list[tuple[str, str, str | None]]:
    return [(state, act, row.get(act)) for state, row in rows.items() for act in acts]


def test_tables_know_every_status() -> None:
    assert set(CASE_ROWS) == set(Case.Status.values)
    assert set(STEP_ROWS) == set(Step.Status.values)


@pytest.mark.parametrize(("state", "act", "following"), pairs(CASE_ROWS, CASE.act_names))
def test_case(state: str, act: str, following: str | None) -> None:
    assert CASE.allows(state, act) == (following is not None)
    if following is None:
        with pytest.raises(TransitionNotAllowed):
            CASE.next(Case.Status(state), act)
    else:
        assert CASE.next(Case.Status(state), act) == following


@pytest.mark.parametrize(("state", "act", "following"), pairs(STEP_ROWS, STEP.act_names))
def test_step(state: str, act: str, following: str | None) -> None:
    assert STEP.allows(state, act) == (following is not None)
    if following is None:
        with pytest.raises(TransitionNotAllowed):
            STEP.next(Step.Status(state), act)
    else:
        assert STEP.next(Step.Status(state), act) == following


def test_refusal_names_the_present_status() -> None:
    with pytest.raises(TransitionNotAllowed) as refusal:
        CASE.next(Case.Status.DELIVERED, "accept")
    assert str(Case.Status.DELIVERED.label) in str(refusal.value)
