"""What the applicant does on a case: answer a correction notice, withdraw."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals import gaps
from approvals.held import failed_certificates
from approvals.models import Case, CaseMaterial, CorrectionNotice, Material, MaterialFile
from approvals.models.application import FORM_PAPER
from approvals.services.deferring.arming import drop_deferrals
from approvals.services.deferring.signing import Signature, open_deferrals, sign_commitment
from approvals.services.duties import acceptance_clock, case_link
from approvals.services.ending import stop_work
from approvals.services.ending_notice import end_notice
from approvals.services.filling import Change, correct_answers
from approvals.services.form_papers import keep_corrected_form
from approvals.services.joint import leave_joint_handling
from approvals.services.locking import lock_application, lock_case, move_case, refuse_stale
from common.errors import InvalidInput
from common.ids import uuid7
from common.time import now
from deadlines.services import arm_many
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
    signature: Signature | None = None,
) -> Case:
    """Answer the open correction notice in one go; a new five-day acceptance clock starts.

    ``answers`` are new values of the fields that the notice marks, ``confirmed`` names of those that are
    right as they are. A secondary paper that is still missing may be promised instead (容缺), against a
    ``signature``. Raises InvalidInput naming every listed material that has no new file since the
    notice, at ``material-<id>``, and every marked field that was neither changed nor confirmed, at
    ``field-<name>``.
    """
    application = lock_application(case.application_id)
    locked = lock_case(case.pk)
    locked.application = application
    confirm_actor(actor, locked.enterprise, [locked.matter.code])
    refuse_stale(seen, locked.status)
    move_case(locked, "resubmit")
    notice = locked.notices.get(answered_at=None)
    moment = now()
    promise = _promised(locked, notice, moment)
    changes = _settle(locked, notice, answers or {}, confirmed, promise)
    commitment = sign_commitment(actor=actor, application=application, promise=promise, signature=signature, at=moment)
    notice.answered_at = moment
    notice.save(update_fields=["answered_at"])
    locked.materials.filter(verdict=CaseMaterial.Verdict.WRONG).update(verdict="", remark="")
    locked.clock_id = uuid7()
    (locked.clock,) = arm_many(specs=[acceptance_clock(locked, moment)], actor=actor)
    locked.save(update_fields=["status", "clock"])
    _put_on_record(locked, notice.ordinal, remark.strip(), changes, actor=actor, at=moment)
    if changes:
        keep_corrected_form(locked, at=moment)
    notify(
        recipients=[notice.issued_by_id],
        template="approvals.resubmitted",
        params={"number": locked.number, "matter": locked.matter.name},
        link=case_link(locked.number),
    )
    open_deferrals(actor=actor, commitment=commitment, cases=[locked], promise=promise, at=moment)
    return locked


def _put_on_record(
    case: Case, ordinal: int, remark: str, changes: Sequence[Change], *, actor: Actor, at: datetime
) -> None:
    record(actor=actor, subject=case, act="case.resubmitted", at=at, data={"ordinal": ordinal, "remark": remark})
    if changes:
        data = {"ordinal": ordinal, "answers": [change.as_data() for change in changes]}
        record(actor=actor, subject=case, act="case.answers_changed", at=at, data=data)


def _settle(
    case: Case,
    notice: CorrectionNotice,
    answers: Mapping[str, Any],
    confirmed: Collection[str],
    promise: gaps.Promise | None,
) -> list[Change]:
    """What was changed on the form; raises InvalidInput for all that is still open, fields and papers together."""
    wrong: dict[str, Any] = {}
    changes: list[Change] = []
    listed = {item["field"]: item["name"] for item in notice.items if item.get("field")}
    try:
        changes = correct_answers(case, listed, answers, confirmed) if listed else []
    except InvalidInput as error:
        wrong = dict(error.errors)
    wrong |= _unanswered(case, notice, promise, remade=bool(changes))
    if wrong:
        raise InvalidInput(wrong)
    return changes


def _promised(case: Case, notice: CorrectionNotice, moment: datetime) -> gaps.Promise | None:
    """What the applicant promises of the notice's list; papers promised before need no second promise."""
    listed = {item["material"] for item in notice.items if item["material"]}
    already = set(case.deferrals.filter(status=gaps.OPEN).values_list("material_id", flat=True))
    rows = [row for row in gaps.deferrable(case) if row.material_id in listed and row.pk not in already]
    return gaps.promise_of_case(case, [row.material for row in rows], moment)


def _unanswered(case: Case, notice: CorrectionNotice, promise: gaps.Promise | None, *, remade: bool) -> dict[str, Any]:
    """Listed papers neither handed in anew nor promised; ``remade``: the hall makes the application form anew."""
    open_gaps = case.deferrals.filter(status=gaps.OPEN, material__isnull=False)
    promised = {*(promise.days if promise else ()), *open_gaps.values_list("material__material", flat=True)}
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
        if pk not in renewed and pk not in promised
    }


@transaction.atomic
def withdraw_case(*, actor: Actor, case: Case, reason: str = "", seen: str | None = None) -> Case:
    """The applicant takes the case back before it is decided; its clocks are cancelled."""
    locked = lock_case(case.pk)
    confirm_actor(actor, locked.enterprise, [locked.matter.code])
    refuse_stale(seen, locked.status)
    # Decided but held back for a certificate that has come to nothing: the applicant need not wait for ever.
    gives_up = locked.status == Case.Status.DECIDED and bool(failed_certificates(locked))
    move_case(locked, "give_up" if gives_up else "withdraw")
    stop_work(locked, actor=actor)
    end_notice(locked, at=now())
    drop_deferrals(locked, actor=actor)
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
