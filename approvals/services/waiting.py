"""Cases that wait for another matter's certificate are received as soon as it is there.

One transaction for each case, after the grant has been committed: so no act holds the locks of two
cases. Beat calls ``receive_ready`` too, for the case that the process died in between.
"""

from datetime import datetime

from django.db import connection, transaction

from accounts.actors import Actor
from approvals.models import Case
from approvals.services.duties import acceptance_clock
from approvals.services.locking import lock_case, move_case
from approvals.services.reusing import attach_awaited
from approvals.services.telling import tell_firm, tell_window
from common.ids import uuid7
from common.time import now
from deadlines.services import arm_many
from ledger.services import record

# A certificate is there when it was granted, nothing holds it back any more, and no later check has revoked it.
READY = """
SELECT c.id, (
    SELECT max(greatest(p.decided_at, (
        SELECT max(d.ended_at) FROM approvals_deferral d WHERE d.case_id = p.id AND d.hold
    )))
    FROM approvals_case p JOIN approvals_matter m ON m.id = p.matter_id
    WHERE p.project_id = c.project_id AND m.code = ANY(c.waits_for) AND p.decision = 'granted'
)
FROM approvals_case c
WHERE c.status = 'waiting' AND (%(project)s::bigint IS NULL OR c.project_id = %(project)s)
AND NOT EXISTS (
    SELECT 1 FROM unnest(c.waits_for) AS w (code)
    WHERE NOT EXISTS (
        SELECT 1 FROM approvals_case p JOIN approvals_matter m ON m.id = p.matter_id
        WHERE p.project_id = c.project_id AND m.code = w.code AND p.decision = 'granted'
        AND p.status IN ('decided', 'issued', 'delivered')
        AND NOT EXISTS (
            SELECT 1 FROM approvals_deferral d
            WHERE d.case_id = p.id AND (d.status = 'open' AND d.hold OR d.status = 'failed')
        )
        AND NOT EXISTS (SELECT 1 FROM approvals_latercheck l WHERE l.case_id = p.id AND l.status = 'failed')
    )
)
ORDER BY c.id
"""


def receive_ready(*, project_id: int | None = None) -> int:
    """Receive every waiting case, of one project or of all, whose certificates are all there; returns how many.

    Safe to repeat and to run twice at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(READY, {"project": project_id})
        ready = cursor.fetchall()
    return sum(receive_case(case_id=case_id, at=granted_at) for case_id, granted_at in ready)


@transaction.atomic
def receive_case(*, case_id: int, at: datetime | None = None) -> bool:
    """A waiting case reaches the window: its five days (行政许可法 art. 32) run from ``at``, now unless given.

    False where it no longer waits.
    """
    locked = lock_case(case_id)
    if locked.status != Case.Status.WAITING:
        return False
    moment = at or now()
    move_case(locked, "receive")
    locked.received_at, locked.clock_id = moment, uuid7()
    (locked.clock,) = arm_many(specs=[acceptance_clock(locked, moment)], actor=Actor.system())
    locked.save(update_fields=["status", "received_at", "clock"])
    data = {"number": locked.number, "matter": locked.matter.code, "waited_for": locked.waits_for}
    record(actor=Actor.system(), subject=locked, act="case.received", data=data)
    attach_awaited(application_id=locked.application_id)
    _tell(locked)
    return True


def _tell(case: Case) -> None:
    tell_firm(case, "approvals.received_after_waiting")
    tell_window([case], "approvals.arrived_after_waiting")
