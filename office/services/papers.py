"""Handing papers over (材料移交): sent by one department, signed for line by line, settled where something is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department, User
from common.errors import InvalidInput, NotAllowed, Stale
from common.ids import uuid7
from common.time import now
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm, cancel_many, finish_many
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many
from office import limits, rules
from office.models import Paper, PaperHandover, PaperLine
from office.posts import RECEIVING, first_held
from office.services.common import holders
from office.transitions import HANDOVER

HANDOVER_LABEL = "office.paperhandover"
MOST_LINES = 100
Line, InHand = PaperLine.State, Paper.State


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSpec:
    """A paper that the hall did not know of yet."""

    name: str
    copies: int = 1
    is_original: bool = True
    subject: tuple[str, int] | None = None
    subject_title: str = ""
    subject_link: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody says of one line; words are needed unless all is well."""

    state: str
    words: str = ""


@transaction.atomic
def hand_over_papers(
    *,
    actor: Actor,
    from_department: Department,
    to_department: Department,
    papers: Sequence[Paper] = (),
    new: Sequence[PaperSpec] = (),
    note: str = "",
) -> PaperHandover:
    """Send papers to another department, those the hall knows and ``new`` ones; they may belong to several cases.

    The receiving department has a duty from now on until it has signed. Raises InvalidInput at
    to_department or papers, Stale when a paper has meanwhile gone elsewhere.
    """
    user = actor.person
    if not rules.works_in(user, from_department.pk):
        raise NotAllowed(_("Only people of a department hand its papers over."))
    _check(from_department, to_department, papers, new)
    moment = now()
    locked = list(Paper.objects.select_for_update(of=("self",)).filter(pk__in=[p.pk for p in papers]).order_by("pk"))
    if any(one.state != InHand.HELD or one.department_id != from_department.pk for one in locked):
        raise Stale(_("One of these papers is no longer with your department. Look at the list again."))
    fresh = [_paper(spec, from_department, moment) for spec in new]
    Paper.objects.bulk_create(fresh)
    rows = [*locked, *fresh]
    handover = _create(user, from_department, to_department, rows, note, moment)
    PaperLine.objects.bulk_create(PaperLine(handover=handover, paper=row) for row in rows)
    _move_papers(rows, InHand.ON_THE_WAY, from_department.pk, moment)
    role = first_held(to_department.pk, RECEIVING)
    arm(spec=_duty(handover, handover.clock_id, to_department.pk, role, limits.Code.PAPER_RECEIPT), actor=actor)
    _on_record(actor, handover, "papers.sent", {"to": to_department.pk, "papers": len(rows)})
    _tell(actor, holders(to_department.pk, role), "papers.sent", handover)
    return handover


def _check(
    from_department: Department, to_department: Department, papers: Sequence[Paper], new: Sequence[PaperSpec]
) -> None:
    errors: dict[str, Any] = {}
    if from_department.pk == to_department.pk:
        errors["to_department"] = [_("The papers are with this department already.")]
    elif not first_held(to_department.pk, RECEIVING):
        errors["to_department"] = [_("Nobody holds a post in this department, so nobody would sign.")]
    if not papers and not new:
        errors["papers"] = [_("Name at least one paper.")]
    if len(papers) + len(new) > MOST_LINES:
        errors["papers"] = [_("At most %(most)s papers in one hand-over.") % {"most": MOST_LINES}]
    if any(not spec.name.strip() or not 1 <= spec.copies <= 999 for spec in new):
        errors["papers"] = [_("Each paper needs a name and between 1 and 999 copies.")]
    if errors:
        raise InvalidInput(errors)


def _paper(spec: PaperSpec, department: Department, moment: Any) -> Paper:
    return Paper(
        name=spec.name.strip()[:120],
        copies=spec.copies,
        is_original=spec.is_original,
        subject_type=spec.subject[0].lower() if spec.subject else "",
        subject_id=spec.subject[1] if spec.subject else None,
        subject_title=spec.subject_title.strip()[:200],
        subject_link=spec.subject_link,
        department=department,
        since=moment,
    )


def _create(
    user: User, from_department: Department, to_department: Department, papers: Sequence[Paper], note: str, moment: Any
) -> PaperHandover:
    said = dict.fromkeys(part for paper in papers for part in (paper.name, paper.subject_title) if part)
    handover = PaperHandover.objects.create(
        from_department=from_department,
        to_department=to_department,
        sent_by=user,
        sent_at=moment,
        note=note.strip()[:300],
        contents=" ".join(said),
        clock_id=uuid7(),
    )
    handover.number = f"YJ{timezone.localtime(moment).year}{handover.pk:06d}"
    handover.save(update_fields=["number"])
    return handover


@transaction.atomic
def sign_for_papers(*, actor: Actor, handover: PaperHandover, verdicts: Mapping[int, Verdict]) -> PaperHandover:
    """Sign for every line: received, missing or refused, the last two with words.

    All received: settled. Else the sender has the duty to settle what was not. Raises InvalidInput at
    ``line-<id>`` where a line has no verdict or no words.
    """
    locked = _lock(handover, "receive")
    user = actor.person
    if not rules.works_in(user, locked.to_department_id):
        raise NotAllowed(_("Only the department that the papers go to signs for them."))
    lines = _lines(locked, (Line.SENT,))
    _check_verdicts(lines, verdicts, (Line.RECEIVED, Line.MISSING, Line.REFUSED), fine=(Line.RECEIVED,))
    moment = now()
    for line in lines:
        line.state, line.remark = verdicts[line.pk].state, verdicts[line.pk].words.strip()
    PaperLine.objects.bulk_update(lines, ["state", "remark"])
    received = [line.paper for line in lines if line.state == Line.RECEIVED]
    missing = [line.paper for line in lines if line.state == Line.MISSING]
    _move_papers(received, InHand.HELD, locked.to_department_id, moment)
    _move_papers(missing, InHand.MISSING, locked.from_department_id, moment)
    wrong = len(lines) - len(received)
    locked.status = HANDOVER.next(PaperHandover.Status(locked.status), "refuse" if wrong else "receive")
    locked.signed_by, locked.signed_at = user, moment
    locked.back_clock_id = uuid7() if wrong else None
    locked.save(update_fields=["status", "signed_by", "signed_at", "back_clock"])
    finish_many(clock_ids=[locked.clock_id])
    if locked.back_clock_id:
        role = first_held(locked.from_department_id, RECEIVING)
        spec = _duty(locked, locked.back_clock_id, locked.from_department_id, role, limits.Code.PAPER_SETTLING)
        arm(spec=spec, actor=actor)
    _on_record(actor, locked, "papers.signed", {"received": len(received), "missing": len(missing), "wrong": wrong})
    _tell(actor, [locked.sent_by_id], "papers.wrong" if wrong else "papers.signed", locked, count=wrong)
    return locked


@transaction.atomic
def settle_papers(*, actor: Actor, handover: PaperHandover, verdicts: Mapping[int, Verdict]) -> PaperHandover:
    """The sender signs for what was refused, and says of what is missing whether it was found or is lost.

    Refused lines end as returned; missing ones as found, or as lost with words.
    """
    locked = _lock(handover, "settle")
    user = actor.person
    if not rules.works_in(user, locked.from_department_id):
        raise NotAllowed(_("Only the department that sent the papers settles this."))
    lines = _lines(locked, PaperLine.UNSETTLED)
    for state, ends in ((Line.REFUSED, (Line.RETURNED, Line.LOST)), (Line.MISSING, (Line.FOUND, Line.LOST))):
        mine = [line for line in lines if line.state == state]
        _check_verdicts(mine, verdicts, ends, fine=(Line.RETURNED, Line.FOUND))
    moment = now()
    for line in lines:
        line.state, line.answer = verdicts[line.pk].state, verdicts[line.pk].words.strip()
    PaperLine.objects.bulk_update(lines, ["state", "answer"])
    lost = [line.paper for line in lines if line.state == Line.LOST]
    back = [line.paper for line in lines if line.state != Line.LOST]
    _move_papers(back, InHand.HELD, locked.from_department_id, moment)
    _move_papers(lost, InHand.LOST, locked.from_department_id, moment)
    locked.status = HANDOVER.next(PaperHandover.Status(locked.status), "settle")
    locked.settled_by, locked.settled_at = user, moment
    locked.save(update_fields=["status", "settled_by", "settled_at"])
    finish_many(clock_ids=[locked.back_clock_id] if locked.back_clock_id else [])
    _on_record(actor, locked, "papers.settled", {"back": len(back), "lost": len(lost)})
    people = [locked.signed_by_id] if locked.signed_by_id else []
    _tell(actor, people, "papers.lost" if lost else "papers.settled", locked, count=len(lost))
    return locked


@transaction.atomic
def withdraw_papers(*, actor: Actor, handover: PaperHandover, reason: str) -> PaperHandover:
    """Keep the papers after all, as long as nobody has signed for them."""
    locked = _lock(handover, "withdraw")
    if not rules.works_in(actor.person, locked.from_department_id):
        raise NotAllowed(_("Only the department that sent the papers may take them back."))
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})
    lines = _lines(locked, (Line.SENT,))
    for line in lines:
        line.state = Line.WITHDRAWN
    PaperLine.objects.bulk_update(lines, ["state"])
    _move_papers([line.paper for line in lines], InHand.HELD, locked.from_department_id, now())
    locked.status = HANDOVER.next(PaperHandover.Status(locked.status), "withdraw")
    locked.save(update_fields=["status"])
    cancel_many(clock_ids=[locked.clock_id])
    _on_record(actor, locked, "papers.withdrawn", {"reason": reason.strip()})
    role = first_held(locked.to_department_id, RECEIVING)
    _tell(actor, holders(locked.to_department_id, role), "papers.withdrawn", locked, reason=reason.strip())
    return locked


def _lock(handover: PaperHandover, act: str) -> PaperHandover:
    rows = PaperHandover.objects.select_for_update(of=("self",)).select_related("from_department", "to_department")
    locked = rows.get(pk=handover.pk)
    HANDOVER.next(PaperHandover.Status(locked.status), act)
    return locked


def _lines(handover: PaperHandover, states: Sequence[str]) -> list[PaperLine]:
    """The lines in these states, their papers locked in the order of their ids."""
    lines = list(handover.lines.filter(state__in=states).order_by("paper_id"))
    papers = Paper.objects.select_for_update().order_by("pk").in_bulk([line.paper_id for line in lines])
    for line in lines:
        line.paper = papers[line.paper_id]
    return lines


def _check_verdicts(
    lines: Sequence[PaperLine], verdicts: Mapping[int, Verdict], ends: Sequence[str], *, fine: Sequence[str]
) -> None:
    errors: dict[str, Any] = {}
    for line in lines:
        verdict = verdicts.get(line.pk)
        if verdict is None or verdict.state not in ends:
            errors[f"line-{line.pk}"] = [_("Say what became of “%(paper)s”.") % {"paper": line.paper.name}]
        elif verdict.state not in fine and not verdict.words.strip():
            errors[f"line-{line.pk}"] = [_("Write what is wrong with “%(paper)s”.") % {"paper": line.paper.name}]
    if errors:
        raise InvalidInput(errors)


def _move_papers(papers: Sequence[Paper], state: str, department_id: int, moment: Any) -> None:
    ids = [paper.pk for paper in papers]
    if ids:
        Paper.objects.filter(pk__in=ids).update(state=state, department_id=department_id, since=moment)


def _duty(handover: PaperHandover, clock_id: Any, department_id: int, role: str, limit: str) -> ClockSpec:
    return ClockSpec(
        id=clock_id,
        kind=ClockKind.PAPER_HANDOVER,
        subject=(HANDOVER_LABEL, handover.pk),
        title=f"{handover.number} {handover.from_department.name} → {handover.to_department.name}",
        link=handover.get_absolute_url(),
        department_id=department_id,
        role=role,
        promised=limits.days(limit),
    )


def _on_record(actor: Actor, handover: PaperHandover, act: str, data: dict[str, Any]) -> None:
    record_many(actor=actor, records=[Record(handover, act, {"number": handover.number, **data})])


def _tell(actor: Actor, people: Sequence[int], template: str, handover: PaperHandover, **params: Any) -> None:
    said = {
        "number": handover.number,
        "person": str(actor.user or ""),
        "from": handover.from_department.name,
        "to": handover.to_department.name,
        **params,
    }
    others = [one for one in people if one != actor.user_id]
    notify_many([Notice(others, template, said, link=handover.get_absolute_url())])
