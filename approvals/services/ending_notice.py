"""What becomes of a public notice when its case leaves it otherwise than by its days. Under the case's lock only."""

from datetime import datetime

from approvals.models import Case, Objection, PublicNotice
from deadlines.services import cancel_many


def end_notice(case: Case, *, at: datetime) -> None:
    """Close the case's notice, if it has one that is open, and end the duties to settle what is left of objections.

    Those objections stay as they were made: nobody has to settle them when there is nothing to object to any more.
    """
    notice = PublicNotice.objects.select_for_update(of=("self",)).filter(case=case).first()
    if notice is None:
        return
    if notice.closed_at is None:
        notice.closed_at = at
        notice.save(update_fields=["closed_at"])
    unsettled = notice.objections.filter(status=Objection.Status.OPEN)
    cancel_many(clock_ids=[pk for pk in unsettled.values_list("clock_id", flat=True) if pk], at=at)
    cancel_many(clock_ids=[notice.clock_id], at=at)
