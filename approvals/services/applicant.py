"""What the applicant does on a case: answer a correction notice, withdraw."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.models import Case, CaseMaterial, CorrectionNotice, MaterialFile, Step
from approvals.services.duties import acceptance_clock, case_link
from approvals.services.ending_notice import end_notice
from approvals.services.joint import leave_joint_handling
from approvals.services.locking import lock_case, lock_steps, move_case, move_step, refuse_stale
from approvals.services.questions import drop_questions
from common.errors import InvalidInput
from common.ids import uuid7
from common.time import now
from deadlines.services import arm_many, cancel_many, drop_requests
from enterprises.services import confirm_actor
from ledger.services import record
from notifications.services import notify


@transaction.atomic
def resubmit_case(*, actor: Actor, case: Case, remark: str = "", seen: str | None = None) -> Case:
    """Answer the open correction notice in one go; a new five-day acceptance clock starts.

    Raises InvalidInput naming every listed material that has no new file since the notice.
    """
    locked = lock_case(case.pk)
    confirm_actor(actor, locked.enterprise, [locked.matter.code])
    refuse_stale(seen, locked.status)
    move_case(locked, "resubmit")
    notice = locked.notices.get(answered_at=None)
    _refuse_unanswered(notice)
    moment = now()
    notice.answered_at = moment
    notice.save(update_fields=["answered_at"])
    locked.materials.filter(verdict=CaseMaterial.Verdict.WRONG).update(verdict="", remark="")
    locked.clock_id = uuid7()
    (locked.clock,) = arm_many(specs=[acceptance_clock(locked, moment)], actor=actor)
    locked.save(update_fields=["status", "clock"])
    record(
        actor=actor, subject=locked, act="case.resubmitted", at=moment,
        data={"ordinal": notice.ordinal, "remark": remark.strip()},
    )  # fmt: skip
    notify(
        recipients=[notice.issued_by_id],
        template="approvals.resubmitted",
        params={"number": locked.number, "matter": locked.matter.name},
        link=case_link(locked.number),
    )
    return locked


def _refuse_unanswered(notice: CorrectionNotice) -> None:
    listed = {item["material"]: item["name"] for item in notice.items if item["material"]}
    renewed = set(
        MaterialFile.objects.current()
        .filter(material__in=listed, added_at__gte=notice.issued_at)
        .values_list("material_id", flat=True)
    )
    missing = {
        f"material-{pk}": _("Upload “%(name)s” again.") % {"name": name}
        for pk, name in listed.items()
        if pk not in renewed
    }
    if missing:
        raise InvalidInput(missing)


@transaction.atomic
def withdraw_case(*, actor: Actor, case: Case, reason: str = "", seen: str | None = None) -> Case:
    """The applicant takes the case back before it is decided; its clocks are cancelled."""
    locked = lock_case(case.pk)
    confirm_actor(actor, locked.enterprise, [locked.matter.code])
    refuse_stale(seen, locked.status)
    move_case(locked, "withdraw")
    steps = lock_steps(locked)
    unfinished = [s for s in steps if s.status not in (Step.Status.DONE, Step.Status.CANCELLED)]
    clocks = [clock for clock in (locked.clock_id, *(step.clock_id for step in unfinished)) if clock]
    for step in unfinished:
        move_step(step, "cancel")
    Step.objects.bulk_update(unfinished, ["status"])
    cancel_many(clock_ids=clocks)
    end_notice(locked, at=now())
    drop_requests(clock_ids=clocks, actor=actor)
    drop_questions(unfinished)
    locked.save(update_fields=["status"])
    record(actor=actor, subject=locked, act="case.withdrawn", data={"reason": reason.strip()})
    leave_joint_handling(locked, actor=actor)
    notify(
        recipients=[locked.clerk_id] if locked.clerk_id else [],
        template="approvals.withdrawn",
        params={"number": locked.number, "matter": locked.matter.name},
        link=case_link(locked.number),
    )
    return locked
