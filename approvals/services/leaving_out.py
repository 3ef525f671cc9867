"""On a commitment (告知承诺) nobody is consulted: only the deciding step opens. Under the case's lock only."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actors import Actor
from approvals.models import Case, Step
from approvals.services.locking import move_step
from ledger.services import Record, record_many


def leave_out_reviews(case: Case, steps: Sequence[Step], *, actor: Actor, at: datetime) -> None:
    """Cancel the review steps of a case decided on a commitment, each on record; of any other case do nothing."""
    reviews = [step for step in steps if step.kind == Step.Kind.REVIEW] if case.by_commitment else []
    if not reviews:
        return
    for step in reviews:
        move_step(step, "cancel")
    Step.objects.bulk_update(reviews, ["status"])
    records = [Record(case, "step.left_out", {"step": step.code, "name": step.name}) for step in reviews]
    record_many(actor=actor, records=records, at=at)
