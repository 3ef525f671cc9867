"""What the applicant does on a case: answer a correction notice, withdraw."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.models import Application, Case, CaseMaterial, CorrectionNotice, Material, MaterialFile, Step
from approvals.models.application import FORM_PAPER
from approvals.services.duties import acceptance_clock, case_link
from approvals.services.filling import Change, correct_answers
from approvals.services.form_papers import keep_corrected_form
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
def resubmit_case(
    *,
    actor: Actor,
    case: Case,
    remark: str = "",
    answers: Mapping[str, Any] | None = None,
    confirmed: Collection[str] = (),
    seen: str | None = None,
) -> Case:
    """Answer the open correction notice in one go; a new five-day acceptance clock starts.

    ``answers`` are new values of the fields that the notice marks, ``confirmed`` names of those that are
    right as they are. Raises InvalidInput naming every listed material that has no new file since the
    notice, at ``material-<id>``, and every marked field that was neither changed nor confirmed, at
    ``field-<name>``.
    """
    application = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=case.application_id)
    locked = lock_case(case.pk)
    locked.application = application
    confirm_actor(actor, locked.enterprise, [locked.matter.code])
    refuse_stale(seen, locked.status)
    move_case(locked, "resubmit")
    notice = locked.notices.get(answered_at=None)
    changes = _settle(locked, notice, answers or {}, confirmed)
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
    if changes:
        data = {"ordinal": notice.ordinal, "answers": [change.as_data() for change in changes]}
        record(actor=actor, subject=locked, act="case.answers_changed", at=moment, data=data)
        keep_corrected_form(locked, at=moment)
    notify(
        recipients=[notice.issued_by_id],
        template="approvals.resubmitted",
        params={"number": locked.number, "matter": locked.matter.name},
        link=case_link(locked.number),
    )
    return locked


def _settle(
    case: Case, notice: CorrectionNotice, answers: Mapping[str, Any], confirmed: Collection[str]
) -> list[Change]:
    """What was changed on the form; raises InvalidInput for all that is still open, fields and papers together."""
    wrong: dict[str, Any] = {}
    changes: list[Change] = []
    listed = {item["field"]: item["name"] for item in notice.items if item.get("field")}
    try:
        changes = correct_answers(case, listed, answers, confirmed) if listed else []
    except InvalidInput as error:
        wrong = dict(error.errors)
    wrong |= _unanswered(notice, remade=bool(changes))
    if wrong:
        raise InvalidInput(wrong)
    return changes


def _unanswered(notice: CorrectionNotice, *, remade: bool) -> dict[str, Any]:
    """Listed papers without a new file; ``remade``: the hall makes the application form anew."""
    listed = {item["material"]: item["name"] for item in notice.items if item["material"]}
    renewed = set(
        MaterialFile.objects.current()
        .filter(material__in=listed, added_at__gte=notice.issued_at)
        .values_list("material_id", flat=True)
    )
    if remade:
        renewed |= set(Material.objects.filter(pk__in=listed, code=FORM_PAPER).values_list("pk", flat=True))
    return {
        f"material-{pk}": _("Upload “%(name)s” again.") % {"name": name}
        for pk, name in listed.items()
        if pk not in renewed
    }


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
