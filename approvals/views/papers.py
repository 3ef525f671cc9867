"""Official papers of a case, printable: acceptance, correction, not accepting, decision, delivery.

Everybody who sees the case may print them; each carries a code that leads to the public query.
"""

from collections.abc import Callable
from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals.models import Case, CorrectionNotice
from approvals.rules import works_inside
from approvals.standing import Standing
from approvals.views.limit_papers import limit_paper, limit_papers
from approvals.views.paper_parts import Paper, about, paper_row
from common.bilingual import reads_english
from common.display import local_date, local_moment

QUERY = "/query/"


def _days(budget: dict[str, Any]) -> str:
    unit = _("working days") if budget["unit"] == "workday" else _("calendar days")
    return _("%(promised)s %(unit)s promised, %(lawful)s by law") % {**budget, "unit": unit}


def acceptance(case: Case) -> Paper:
    """受理通知书."""
    rows = [*about(case), paper_row(_("Date of acceptance"), local_date(case.accepted_at))]
    if case.limits:
        rows.append(paper_row(_("Time limit for the decision"), _days(case.limits["decision"])))
    rows.append(paper_row(_("Query code"), case.query_code))
    note = _("Your application meets the requirements and is accepted.")
    if case.deemed_accepted:
        note = _(
            "You were not told within five working days what was missing. Under art. 32 of the Administrative "
            "Licensing Law the application counts as accepted as of the day of receipt."
        )
    return {"title": _("Notice of acceptance"), "rows": rows, "note": note, "at": case.accepted_at}


def correction(case: Case) -> Paper:
    """补正告知书: the latest notice with everything it lists."""
    notice = _last_notice(case)
    if notice is None:
        raise Http404
    name = "name_en" if reads_english() else "name"
    items = [f"{item[name]}：{item['text']}" if item[name] else item["text"] for item in notice.items]
    rows = [*about(case), paper_row(_("Notice number"), str(notice.ordinal))]
    if notice.reason_again:
        rows.append(paper_row(_("Why a further notice"), notice.reason_again))
    return {
        "title": _("Correction notice"),
        "rows": rows,
        "points": items,
        "items_title": _("Please correct"),
        "note": _(
            "This list is complete. Hand everything in at once, online or at the window; the case then goes on "
            "and the time limit for acceptance begins anew."
        ),
        "at": notice.issued_at,
    }


def _last_notice(case: Case) -> CorrectionNotice | None:
    return case.notices.order_by("ordinal").last()


def _remedy() -> str:
    return _(
        "If you disagree you may apply for administrative reconsideration within sixty days of receiving this paper, "
        "or sue before the people's court within six months."
    )


def not_accepting(case: Case) -> Paper:
    """不予受理通知书; states the reason and the remedies."""
    closed = case.clock.finished_at if case.clock else None
    return {
        "title": _("Notice of non-acceptance"),
        "rows": [*about(case), paper_row(_("Reason"), case.not_accepted_reason)],
        "note": _remedy(),
        "at": closed,
    }


def _decision_title(kind: str, *, granted: bool) -> str:
    """What the paper is called: only a permit (行政许可) is granted or refused as one."""
    titles = {
        "permit": (_("Decision to grant"), _("Decision to refuse")),
        "filing": (_("Notice of filing"), _("Notice that filing is refused")),
        "confirmation": (_("Decision to confirm"), _("Decision not to confirm")),
    }
    return titles.get(kind, (_("Notice of the result"), _("Notice of refusal")))[0 if granted else 1]


def decision(case: Case) -> Paper:
    """The decision; a refusal states reasons and the right to review and to sue (行政许可法 art. 38)."""
    granted = case.decision == Case.Decision.GRANTED
    result = case.version.content.get("result", {})
    rows = [
        *about(case),
        paper_row(_("Decision"), case.get_decision_display()),
        paper_row(_("Date of decision"), local_date(case.decided_at)),
        paper_row(_("Department"), case.department.label),
    ]
    if granted and result:
        rows.append(paper_row(_("Certificate"), result["name_en" if reads_english() else "name"]))
    if case.decision_reason:
        rows.append(paper_row(_("Reasons"), case.decision_reason))
    title = _decision_title(str(case.version.content.get("kind", "")), granted=granted)
    note = "" if granted else _remedy()
    number = case.result_number
    return {"title": title, "rows": rows, "note": note, "at": case.decided_at, "number": number}


def delivery(case: Case) -> Paper:
    """送达回证."""
    sent = case.delivery
    rows = [
        *about(case),
        paper_row(_("Document"), f"{case.get_decision_display()} {case.result_number}"),
        paper_row(_("Way of delivery"), sent.get_way_display()),
        paper_row(_("Issued"), local_moment(sent.issued_at)),
    ]
    if sent.signed_at:
        rows += [paper_row(_("Collected by"), sent.signed_name), paper_row(_("Signed"), local_moment(sent.signed_at))]
    if sent.read_at:
        rows += [
            paper_row(_("Read by"), str(sent.read_by)),
            paper_row(_("Time of reading"), local_moment(sent.read_at)),
        ]
    if not (sent.signed_at or sent.read_at):
        rows.append(paper_row(_("Signature of the recipient"), " "))
    return {"title": _("Receipt of delivery"), "rows": rows, "at": sent.issued_at, "signature": sent.signature}


ISSUED = (Case.Status.ISSUED, Case.Status.DELIVERED)


def _has_delivery(case: Case) -> bool:
    return case.status in ISSUED


PAPERS: dict[str, tuple[Callable[[Case], Paper], Callable[[Case], bool]]] = {
    "correction": (correction, lambda case: _last_notice(case) is not None),
    "not-accepting": (not_accepting, lambda case: case.status == Case.Status.NOT_ACCEPTED),
    "acceptance": (acceptance, lambda case: case.accepted_at is not None),
    "decision": (decision, lambda case: case.status in (Case.Status.DECIDED, *ISSUED)),
    "delivery": (delivery, _has_delivery),
}


def _titles() -> dict[str, str]:
    return {
        "correction": _("Correction notice"),
        "not-accepting": _("Notice of non-acceptance"),
        "acceptance": _("Notice of acceptance"),
        "decision": _("Decision"),
        "delivery": _("Receipt of delivery"),
    }


def papers_of(case: Case, standing: Standing) -> list[dict[str, str]]:
    """Papers that can be printed now: ``[{title, url}]``."""
    titles = _titles()
    found = [(code, titles[code]) for code, (_build, exists) in PAPERS.items() if exists(case)]
    # What moves the limit comes between acceptance and decision.
    place = next((place for place, (code, _title) in enumerate(found) if code == "decision"), len(found))
    found[place:place] = limit_papers(standing)
    return [{"title": title, "url": reverse("approvals:paper", args=[case.number, code])} for code, title in found]


def _made(case: Case, code: str) -> Paper:
    build, exists = PAPERS.get(code, (None, None))
    if build is not None and exists is not None and exists(case):
        return build(case)
    made = limit_paper(case, code)
    if made is None:
        raise Http404
    return made


@login_required
@require_safe
def paper(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One paper for whoever sees the case; the decision reaches the firm only once it is issued."""
    cases = Case.objects.visible_to(request.user).select_related(
        "matter", "version", "project", "enterprise", "department", "window", "clock", "delivery__signature",
        "delivery__read_by",
    )  # fmt: skip
    case = get_object_or_404(cases, number=number)
    if code == "decision" and case.status == Case.Status.DECIDED and not works_inside.test(request.user):
        raise Http404
    made = _made(case, code)
    query = urlencode({"number": case.number, "code": case.query_code})
    qr = segno.make(request.build_absolute_uri(f"{QUERY}?{query}"), error="m")
    by_department = code == "decision" or made.get("by_department")
    context = {
        "case": case,
        "paper": made,
        "number": made.get("number") or case.number,
        "issued_by": case.department.label if by_department else case.window.label,
        # Drawn by segno from digits and letters of our own.
        "qr": mark_safe(qr.svg_inline(scale=4, border=2)),  # noqa: S308
    }
    return render(request, "approvals/desk/paper.html", context)
