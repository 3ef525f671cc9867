"""Gaps are closed: the firm hands the paper in, the window looks at it; certificates come from the hall itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.gaps import OPEN, is_held
from approvals.models import Case, CaseMaterial, Deferral, MaterialFile
from approvals.rules import may_work_at_window, require
from approvals.services.deferring.arming import check_clock, promise_clock
from approvals.services.duties import delivery_clock
from approvals.services.locking import lock_application, lock_case
from approvals.services.telling import tell_firm, tell_window
from approvals.services.waiting import receive_ready
from approvals.special_ways import waits_for_others
from common.display import local_date
from common.errors import InvalidInput, Stale, TransitionNotAllowed
from common.ids import uuid7
from common.time import now
from deadlines import calendars
from deadlines.services import arm_many, finish_many
from enterprises.services import confirm_actor
from ledger.services import Record, record, record_many


@transaction.atomic
def hand_in_paper(*, actor: Actor, deferral: Deferral) -> list[Deferral]:
    """The paper that was promised is there: for every case of the application that waits for it.

    The applicant's clock ends, the window has two working days to look. Raises InvalidInput at ``file``
    where no new file is there, TransitionNotAllowed before acceptance and after the promised day, Stale.
    """
    assert deferral.material is not None
    material = deferral.material.material
    lock_application(material.application_id)
    rows, cases = _lock_waiting(deferral)
    mine = next((row for row in rows if row.pk == deferral.pk), None)
    if mine is None:
        raise Stale
    confirm_actor(actor, cases[mine.case_id].enterprise, [case.matter.code for case in cases.values()])
    if mine.clock is None:
        raise TransitionNotAllowed(
            _("The case is not accepted yet: upload the paper, the window looks at it with the others.")
        )
    moment = now()
    if not _in_time(mine, moment):
        raise TransitionNotAllowed(_("The promised day has passed; the paper can no longer be handed in."))
    newest = MaterialFile.objects.current().filter(material=material).aggregate(at=Max("added_at"))["at"]
    ready = [row for row in rows if _in_time(row, moment) and _is_new(row, newest)]
    if mine not in ready:
        raise InvalidInput({"file": _("Upload the paper first.")})
    _hand_in(ready, cases, actor, moment)
    return ready


def _lock_waiting(deferral: Deferral) -> tuple[list[Deferral], dict[int, Case]]:
    """Gaps that wait for the same paper, with their cases locked in order."""
    assert deferral.material is not None
    same = Deferral.objects.filter(status=OPEN, handed_in_at=None, material__material=deferral.material.material_id)
    ids = sorted(set(same.values_list("case_id", flat=True)))
    cases = {pk: lock_case(pk) for pk in ids}
    rows = same.filter(case__in=ids).select_related("material__material", "clock").order_by("id")
    return list(rows), cases


def _in_time(row: Deferral, moment: datetime) -> bool:
    return row.clock is not None and row.clock.is_open and row.clock.due_at >= moment


def _is_new(row: Deferral, newest: datetime | None) -> bool:
    """Handed in since the duty began: what was sent back must not come again unchanged."""
    return newest is not None and row.clock is not None and newest >= row.clock.starts_at


def _hand_in(rows: Sequence[Deferral], cases: dict[int, Case], actor: Actor, moment: datetime) -> None:
    finish_many(clock_ids=[row.clock_id for row in rows if row.clock_id], at=moment)
    for row in rows:
        row.handed_in_at, row.clock_id = moment, uuid7()
    arm_many(specs=[check_clock(cases[row.case_id], row, moment) for row in rows], actor=actor)
    Deferral.objects.bulk_update(rows, ["handed_in_at", "clock"])
    record_many(
        actor=actor,
        at=moment,
        records=[Record(cases[row.case_id], "case.deferral_handed_in", {"name": paper_name(row)}) for row in rows],
    )
    name = paper_name(rows[0])
    tell_window((cases[row.case_id] for row in rows), "approvals.deferral_handed_in", name=name)


def paper_name(row: Deferral) -> str:
    """Of the paper, in Chinese, for the ledger and notices."""
    return row.material.material.name if row.material else row.prerequisite


def _lock_handed_in(actor: Actor, deferral: Deferral) -> tuple[Case, Deferral]:
    require(may_work_at_window, actor, deferral.case)
    case = lock_case(deferral.case_id)
    row = case.deferrals.select_related("material__material").get(pk=deferral.pk)
    if row.status != OPEN or row.handed_in_at is None:
        raise Stale
    return case, row


@transaction.atomic
def confirm_paper(*, actor: Actor, deferral: Deferral) -> Deferral:
    """The window finds the paper complete: the gap is closed. Raises Stale where it has not been handed in,
    InvalidInput where its file is gone."""
    case, row = _lock_handed_in(actor, deferral)
    assert row.material is not None
    if not MaterialFile.objects.current().filter(material=row.material.material_id).exists():
        # The virus check may have taken it out after it was handed in.
        raise InvalidInput({"": _("No file is there any more. Send the paper back.")})
    moment = now()
    row.material.verdict, row.material.remark = CaseMaterial.Verdict.COMPLETE, ""
    row.material.checked_by, row.material.checked_at = actor.user, moment
    row.material.save(update_fields=["verdict", "remark", "checked_by", "checked_at"])
    finish_many(clock_ids=[row.clock_id] if row.clock_id else [], at=moment)
    row.status, row.ended_at, row.ended_by, row.remark = Deferral.Status.FILLED, moment, actor.user, ""
    row.save(update_fields=["status", "ended_at", "ended_by", "remark"])
    record(actor=actor, subject=case, act="case.deferral_filled", data={"name": paper_name(row)}, at=moment)
    tell_firm(case, "approvals.deferral_filled", name=paper_name(row))
    release(case, actor=actor, at=moment)
    return row


@transaction.atomic
def return_paper(*, actor: Actor, deferral: Deferral, remark: str) -> Deferral:
    """The window sends it back with words; the applicant's clock goes on with the days that were left, at least one.

    Raises InvalidInput at ``remark``, Stale.
    """
    if not remark.strip():
        raise InvalidInput({"remark": _("Say what is wrong with the paper.")})
    case, row = _lock_handed_in(actor, deferral)
    assert row.handed_in_at is not None
    assert row.promised_on is not None
    moment = now()
    today = timezone.localtime(moment).date()
    left = max(1, (row.promised_on - timezone.localtime(row.handed_in_at).date()).days)
    finish_many(clock_ids=[row.clock_id] if row.clock_id else [], at=moment)
    row.promised_on = calendars.current().next_workday(today + timedelta(days=left))
    row.handed_in_at, row.clock_id, row.remark = None, uuid7(), remark.strip()
    arm_many(specs=[promise_clock(case, row, moment)], actor=actor)
    row.save(update_fields=["promised_on", "handed_in_at", "clock", "remark"])
    record(
        actor=actor, subject=case, act="case.deferral_returned", at=moment,
        data={"name": paper_name(row), "remark": row.remark, "until": row.promised_on.isoformat()},
    )  # fmt: skip
    tell_firm(
        case, "approvals.deferral_returned", name=paper_name(row), remark=row.remark, due=local_date(row.promised_on)
    )
    return row


def release(case: Case, *, actor: Actor, at: datetime) -> None:
    """Once nothing holds a granted certificate back any more the window's days to deliver it begin, from ``at``.

    Under the case's lock. Whoever waits for the certificate is looked at after the commit.
    """
    if is_held(case):
        return
    if case.status == Case.Status.DECIDED and case.clock_id is None:
        case.clock_id = uuid7()
        (case.clock,) = arm_many(specs=[delivery_clock(case, at, waits=waits_for_others(case))], actor=actor)
        case.save(update_fields=["clock"])
        tell_window([case], "approvals.deferral_released")
    transaction.on_commit(partial(settle_project, project_id=case.project_id), robust=True)


def settle_project(*, project_id: int | None = None) -> int:
    """All that follows when a certificate is there: gaps that it fills, cases that waited for it. Safe to repeat."""
    return fill_certificates(project_id=project_id) + receive_ready(project_id=project_id)


def fill_certificates(*, project_id: int | None = None) -> int:
    """Close every gap for a certificate that the hall itself has meanwhile granted; returns how many.

    One transaction for each. What is filled may let another certificate go, so it looks again until nothing is left.
    """
    certified = Case.objects.certified().filter(
        project=OuterRef("case__project"), matter__code=OuterRef("prerequisite")
    )
    open_gaps = Deferral.objects.filter(status=OPEN).exclude(prerequisite="").filter(Exists(certified))
    if project_id is not None:
        open_gaps = open_gaps.filter(case__project=project_id)
    filled = 0
    while found := list(open_gaps.order_by("id").values_list("pk", "case_id")):
        done = sum(_fill_certificate(pk, case_id) for pk, case_id in found)
        filled += done
        if not done:
            break
    return filled


@transaction.atomic
def _fill_certificate(pk: int, case_id: int) -> bool:
    case = lock_case(case_id)
    row = case.deferrals.get(pk=pk)
    granted = _granted_at(case, row.prerequisite)
    if row.status != OPEN or granted is None:
        return False
    row.status, row.ended_at = Deferral.Status.FILLED, granted
    row.save(update_fields=["status", "ended_at"])
    record(actor=Actor.system(), subject=case, act="case.deferral_filled", data={"name": row.prerequisite})
    release(case, actor=Actor.system(), at=max(granted, case.decided_at or granted))
    return True


def _granted_at(case: Case, code: str) -> datetime | None:
    """Since when the certificate of ``code`` is there: granted, and let go by its own gaps."""
    rows = Case.objects.certified().filter(project=case.project_id, matter__code=code)
    last = rows.annotate(let_go=Max("deferrals__ended_at", filter=Q(deferrals__hold=True))).order_by("-id").first()
    if last is None or last.decided_at is None:
        return None
    return max(last.decided_at, last.let_go) if last.let_go else last.decided_at
