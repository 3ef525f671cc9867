"""What the applicant sees of a case: how far it is, with whom, why it stands, what to do. Reads only.

Only the window speaks with the applicant: opinions and proposals of departments stay inside, and a
decision shows here once it is issued.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from approvals import gaps, needs
from approvals.filled_form import fields_of
from approvals.forms.answers import CorrectionAnswersForm
from approvals.held import Gap
from approvals.models import Case, CorrectionNotice, MaterialFile, PublicNotice, Step
from approvals.presenting import STATES, standstill
from approvals.reuse import stock_of
from common.display import local_date
from deadlines.explaining import explain_clock
from deadlines.models import Clock
from deadlines.wording import folded, sentence
from deadlines.workdays import UnknownYearError
from ledger.models import Entry
from ledger.selectors import timeline

C = Case.Status
ISSUED = (C.ISSUED, C.DELIVERED)
ENDED_EARLY = Case.CAME_TO_NOTHING
# Acts of the ledger that concern the applicant.
TOLD = (
    "case.received", "case.accepted", "case.deemed_accepted", "case.correction_sent", "case.resubmitted",
    "case.not_accepted", "case.handed_over", "case.issued", "case.collected", "case.read", "case.withdrawn",
    "case.joint_started", "case.joint_extended", "step.opened", "file.infected", "case.answers_changed",
    "case.published", "case.objected", "case.objection_settled", "case.notice_closed", "case.later_check_started",
    "case.later_check_passed", "case.later_check_to_rectify", "case.later_check_failed", "step.left_out",
    "case.terminated", "case.deferral_signed", "case.deferral_handed_in", "case.deferral_filled",
    "case.deferral_returned", "case.deferral_failed", "case.decision_revoked",
    "clock.stopped", "clock.resumed", "clock.extended", "clock.extension_revoked",
)  # fmt: skip


def result_is_out(case: Case) -> bool:
    """Whether the decision has been issued, and so may be seen by the applicant."""
    return case.status in ISSUED


def told_entries(case: Case) -> list[Entry]:
    """The timeline for the applicant, newest first."""
    acts = [*TOLD, "case.decided"] if result_is_out(case) else TOLD
    return list(timeline(case).filter(act__in=acts).order_by("-seq"))


def progress(case: Case, steps: list[Step]) -> list[dict[str, Any]]:
    """The way of the case for a stepper: received, accepted, each department's step, issued, delivered."""
    accepted = case.accepted_at is not None
    if case.status == C.WAITING:
        return [_item(str(case.get_status_display()), "open", None, "")]
    items = [_item(_("Received"), "done", case.received_at, case.window.label)]
    if (notice := PublicNotice.objects.filter(case=case).first()) is not None:
        title = _("Public notice") if notice.closed_at else _("On public notice")
        items.append(_item(title, "done" if notice.closed_at else "open", notice.published_at, case.window.label))
        if case.status == C.PUBLISHED:
            return [*items, _item(_("Acceptance after the notice"), "waiting", None, case.window.label)]
    if case.status in ENDED_EARLY and not accepted:
        state = "refused" if case.status == C.NOT_ACCEPTED else "skipped"
        return [*items, {"title": str(case.get_status_display()), "state": state, "note": case.not_accepted_reason}]
    if case.status == C.PUBLISHED:
        items.append(_item(str(case.get_status_display()), "open", None, case.window.label))
    # What is still under way is named as an act, what is done as a state.
    title = _("Accepted") if accepted else _("Check and acceptance")
    items.append(_item(title, "done" if accepted else "open", case.accepted_at, case.window.label))
    if case.status == C.CORRECTING:
        items[-1]["note"] = _("Waits for your corrections")
    items.extend(_step_item(step) for step in steps)
    out = result_is_out(case)
    withdrawn = case.status in (C.WITHDRAWN, C.TERMINATED)
    last = "done" if case.status == C.DELIVERED else "open" if case.status in (C.DECIDED, C.ISSUED) else "waiting"
    delivered = _item(_("Decision delivered"), "skipped" if withdrawn else last, case.delivered_at, case.window.label)
    if out:
        delivered["note"] = str(case.get_decision_display())
    return [*items, delivered]


def _item(title: str, state: str, moment: Any, who: str) -> dict[str, Any]:
    return {"title": title, "state": state, "who": f"{who} · {local_date(moment)}" if moment else who}


def _step_item(step: Step) -> dict[str, Any]:
    ended = local_date(step.finished_at) if step.finished_at else ""
    return {
        "title": step.label,
        "state": STATES[Step.Status(step.status)],
        "who": f"{step.department.label} · {ended}" if ended else step.department.label,
        "note": standstill(step),
    }


def open_notice(case: Case) -> CorrectionNotice | None:
    """The notice that waits for the applicant."""
    return case.notices.filter(answered_at=None).select_related("issued_by").first()


def correction_answers(case: Case, notice: CorrectionNotice, data: Any = None) -> CorrectionAnswersForm:
    """A form with the fields that the notice marks, as they stand now."""
    marked = {item["field"] for item in notice.items if item.get("field")}
    lines = [field for field in fields_of(case) if field.name in marked]
    return CorrectionAnswersForm(data, lines=lines, values=case.application.answers)


def correction_cards(
    case: Case, notice: CorrectionNotice, answers: CorrectionAnswersForm | None = None
) -> list[dict[str, Any]]:
    """Each item of a notice with its material and whether a new file is there, or with its field of the form."""
    ids = [item["material"] for item in notice.items if item.get("material")]
    own = MaterialFile.objects.filter(Q(case=None) | Q(case=case)).select_related("file", "added_by")
    rows = case.application.materials.filter(pk__in=ids).prefetch_related(Prefetch("files", queryset=own))
    uses = needs.uses_of([case.version])
    stock = stock_of(case.application)
    stocked = [needs.stocked(needs.card(row, uses.get(row.code, [])), stock, asked_for=True) for row in rows]
    cards = {card.material.pk: card for card in gaps.with_laters_of_case(case, stocked)}
    found = []
    bound = answers.fields if answers is not None else {}
    for item in notice.items:
        name = f"field-{item.get('field')}"
        card = cards.get(item.get("material"))
        renewed = card is not None and any(file.added_at >= notice.issued_at for file in card.current)
        found.append(
            {
                "name": needs.in_language(item, "name"),
                "text": item["text"],
                "card": card,
                "done": renewed,
                "field": answers[name] if answers is not None and name in bound else None,
                "confirm": answers[f"confirm-{item['field']}"] if answers is not None and name in bound else None,
                "later": card is not None and card.later is not None and card.later.until is not None,
                "anchor": f"material-{card.material.pk}" if card else "",
            }
        )
    return found


def promise_in(case: Case, items: Iterable[dict[str, Any]]) -> gaps.Promise | None:
    """What the applicant marked on the correction page as following later."""
    return gaps.promise_of_case(case, [item["card"].material for item in items if item["later"]])


def promised_card(case: Case, gap: Gap) -> needs.MaterialCard | None:
    """The paper that a gap waits for, to be handed in on the case's page."""
    if gap.deferral.material is None or gap.state != "promised":
        return None
    row = case.application.materials.prefetch_related("files__file", "files__added_by").get(
        pk=gap.deferral.material.material_id
    )
    return needs.card(row, needs.uses_of([case.version]).get(row.code, []))


def why_this_date(clock: Clock | None) -> dict[str, Any] | None:
    """The limit that runs, in short: the sum of each in a sentence, and the promised one in runs of equal days."""
    if clock is None or clock.finished_at:
        return None
    try:
        explanation = explain_clock(clock)
    except UnknownYearError:
        return None
    return {
        "promised": sentence(explanation, explanation.promised),
        "lawful": sentence(explanation, explanation.lawful) if explanation.lawful else "",
        "runs": folded(explanation),
        "stands_still": explanation.stands_still,
        "agreement": explanation.agreement,
    }
