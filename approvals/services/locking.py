"""Locks in one order everywhere: the application, its cases by id, a case's steps by position, then what hangs on them.

Locking only one's own step lets three branches that finish together each see the others
unfinished, and the join never opens. Every writer of a case or a step comes through here.
"""

from approvals.models import Application, Case, Step
from approvals.transitions import CASE, STEP
from common.errors import Stale


def lock_application(application_id: int, *related: str) -> Application:
    """The application as it is now, with ``related``, locked until the transaction ends; before any of its cases.

    FOR NO KEY UPDATE, as ``lock_case``. Raises Application.DoesNotExist.
    """
    rows = Application.objects.select_for_update(of=("self",), no_key=True)
    return (rows.select_related(*related) if related else rows).get(pk=application_id)


def lock_case(case_id: int) -> Case:
    """The case as it is now, locked until the transaction ends. Raises Case.DoesNotExist.

    FOR NO KEY UPDATE: a row that points at the case can be committed meanwhile (its foreign key is checked in COMMIT,
    where waiting for a case that waits for one of ours would be a deadlock).
    Version, project and clock are read when an act asks for them: a version's content is large,
    and most acts need none of it.
    """
    return Case.objects.select_for_update(of=("self",), no_key=True).select_related("matter").get(pk=case_id)


def lock_steps(case: Case) -> list[Step]:
    """All steps of a locked case in order."""
    return list(Step.objects.select_for_update(of=("self",)).filter(case=case).order_by("position", "id"))


def move_case(case: Case, act: str) -> None:
    """Set the case's next status; raises TransitionNotAllowed. The caller saves."""
    case.status = CASE.next(Case.Status(case.status), act)


def move_step(step: Step, act: str) -> None:
    """Set the step's next status; raises TransitionNotAllowed. The caller saves."""
    step.status = STEP.next(Step.Status(step.status), act)


def refuse_stale(seen: str | None, current: str) -> None:
    """Raise Stale when the page was drawn from another status than the row has now."""
    if seen is not None and seen != current:
        raise Stale


def lock_step(step: Step, seen: str | None) -> tuple[Case, list[Step], Step]:
    """The case, all its steps and the one in question, locked; raises Stale when its page is out of date."""
    case = lock_case(step.case_id)
    steps = lock_steps(case)
    mine = next(one for one in steps if one.pk == step.pk)
    refuse_stale(seen, mine.status)
    return case, steps, mine
