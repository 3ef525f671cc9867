"""Hand-overs of papers: both sides' lists, one list with its lines, its printed form, where a paper is."""

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import HallError, NotAllowed
from common.forms import show_error
from ledger.selectors import timeline
from office import rules, services
from office.forms_papers import (
    RECEIPT,
    SETTLING,
    HandoverFilterForm,
    HandoverForm,
    PaperRows,
    VerdictForm,
    WhereForm,
    WithdrawForm,
    specs,
)
from office.models import Paper, PaperHandover, PaperLine
from office.selectors import HANDOVER_BOXES, filtered_handovers, handover_counts, handovers_in_box, papers_found
from office.subjects import opened
from office.views.base import PAGE, SignedIn, acting_self, attempt, staff_only, tabs_of

Status = PaperHandover.Status


@login_required
@require_safe
def handovers(request: SignedIn) -> HttpResponse:
    """What waits for one's signature, what was sent, what came back."""
    user = staff_only(request)
    counts = handover_counts(user)
    box = request.GET.get("box", "")
    box = box if box in HANDOVER_BOXES else next((one for one in HANDOVER_BOXES if counts[one]), "sign")
    form = HandoverFilterForm(request.GET)
    rows = filtered_handovers(handovers_in_box(user, box), form.cleaned_data if form.is_valid() else {})
    page = Paginator(rows.for_lists(), PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "form": form,
        "box": box,
        "tabs": tabs_of(HANDOVER_BOXES, box, counts),
        "narrowed": any(form.data.get(name) for name in ("q", "status", "department")),
    }
    return render(request, "office/handovers.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_new(request: SignedIn) -> HttpResponse:
    """Hand papers over; ``?subject=`` names the cases that they belong to. "add_row" brings one more line."""
    user = staff_only(request)
    subjects = opened(request.GET.getlist("subject"))
    more = request.POST.copy() if "add_row" in request.POST else None
    if more is not None:
        more["rows-TOTAL_FORMS"] = str(min(int(more.get("rows-TOTAL_FORMS") or 0) + 1, 100))
    sent = request.POST if request.method == "POST" and more is None else None
    form = HandoverForm(sent, user=user, subjects=subjects, initial=_typed(more))
    start = [{"belongs": one.title, "copies": 1, "kind": "original"} for one in subjects] or None
    rows = PaperRows(sent or more, prefix="rows", initial=start if not (sent or more) else None)
    rows.extra = 0 if start else 1
    if sent is not None and form.is_valid() and rows.is_valid():
        data = dict(form.cleaned_data)
        chosen = data.pop("papers", [])
        try:
            made = services.hand_over_papers(
                actor=acting_self(request), papers=list(chosen), new=specs(rows, subjects), **data
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The papers are handed over. Print the list and let it go with them."))
            return redirect("office:handover", made.pk)
    wrong = sent is not None and bool(form.errors or rows.total_error_count())
    context = {"form": form, "rows": rows, "subjects": subjects, "checked": sent is not None}
    return render(request, "office/handover_new.html", context, status=400 if wrong else 200)


def _typed(data: Any) -> dict[str, Any]:
    if data is None:
        return {}
    typed = {name: data.get(name, "") for name in ("from_department", "to_department", "note")}
    return {**{name: value for name, value in typed.items() if value}, "papers": data.getlist("papers")}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: SignedIn, pk: int) -> HttpResponse:
    """One list: its lines, and signing or settling for whoever's turn it is."""
    shown = _visible(request, pk)
    lines = list(shown.lines.select_related("paper__department"))
    act = request.POST.get("act", "")
    form, turn = _turn(request, shown, lines, act)
    withdraw = _withdraw_form(request, shown, act)
    if request.method == "POST" and _carry_out(request, shown, lines, act, form, withdraw):
        return redirect("office:handover", pk)
    context = {
        "handover": shown,
        "lines": lines,
        "form": form,
        "turn": turn,
        "withdraw_form": withdraw,
        "entries": timeline(shown).order_by("-seq"),
    }
    wrong = any(one is not None and one.errors for one in (form, withdraw))
    return render(request, "office/handover.html", context, status=400 if wrong else 200)


def _turn(request: SignedIn, shown: PaperHandover, lines: list[PaperLine], act: str) -> tuple[VerdictForm | None, str]:
    """Whose turn it is: the form to sign or to settle, and which of the two."""
    if shown.status == Status.SENT and rules.works_in(request.user, shown.to_department_id):
        return VerdictForm(request.POST if act == "sign" else None, lines=lines, choices=RECEIPT), "sign"
    if shown.status == Status.BACK and rules.works_in(request.user, shown.from_department_id):
        return VerdictForm(request.POST if act == "settle" else None, lines=lines, choices=SETTLING), "settle"
    return None, ""


def _withdraw_form(request: SignedIn, shown: PaperHandover, act: str) -> WithdrawForm | None:
    if shown.status != Status.SENT or not rules.works_in(request.user, shown.from_department_id):
        return None
    return WithdrawForm(request.POST if act == "withdraw" else None)


def _carry_out(
    request: SignedIn,
    shown: PaperHandover,
    lines: list[PaperLine],
    act: str,
    form: VerdictForm | None,
    withdraw: WithdrawForm | None,
) -> bool:
    actor = acting_self(request)
    if act == "receive_all" and form is not None:
        every = {line.pk: services.Verdict(PaperLine.State.RECEIVED) for line in lines}
        return attempt(
            request,
            lambda: services.sign_for_papers(actor=actor, handover=shown, verdicts=every),
            _("You have signed for all papers."),
        )
    if act == "withdraw" and withdraw is not None and withdraw.is_valid():
        reason = withdraw.cleaned_data["reason"]
        return attempt(
            request,
            lambda: services.withdraw_papers(actor=actor, handover=shown, reason=reason),
            _("The hand-over is withdrawn; the papers stay with you."),
            withdraw,
        )
    if act in ("sign", "settle") and form is not None and form.is_bound and form.is_valid():
        call = services.sign_for_papers if act == "sign" else services.settle_papers
        done = _("Your receipt is signed.") if act == "sign" else _("The hand-over is settled.")
        return attempt(request, lambda: call(actor=actor, handover=shown, verdicts=form.verdicts()), done, form)
    if (form is None and act in ("sign", "settle", "receive_all")) or (withdraw is None and act == "withdraw"):
        raise NotAllowed(_("This cannot be done any more: the hand-over has changed. Look at it again."))
    return False


@login_required
@require_safe
def handover_print(request: SignedIn, pk: int) -> HttpResponse:
    """The list that goes with the papers (移交单), with room for two signatures; its code leads to the page to sign."""
    shown = _visible(request, pk)
    code = segno.make(request.build_absolute_uri(shown.get_absolute_url()), error="m")
    context = {
        "handover": shown,
        "lines": shown.lines.select_related("paper"),
        # Drawn by segno from an address of our own.
        "qr": mark_safe(code.svg_inline(scale=3, border=2)),  # noqa: S308
    }
    return render(request, "office/handover_print.html", context)


@login_required
@require_safe
def where(request: SignedIn) -> HttpResponse:
    """The register: which paper is with whom now."""
    user = staff_only(request)
    form = WhereForm(request.GET)
    found = papers_found(user, form.cleaned_data if form.is_valid() else {})
    page = Paginator(found.select_related("department"), PAGE).get_page(request.GET.get("page"))
    return render(request, "office/where.html", {"page_obj": page, "form": form, "narrowed": bool(request.GET)})


@login_required
@require_safe
def paper(request: SignedIn, pk: int) -> HttpResponse:
    """One paper and all its ways."""
    staff_only(request)
    shown = get_object_or_404(Paper.objects.visible_to(request.user).select_related("department"), pk=pk)
    ways = PaperLine.objects.filter(paper=shown).select_related(
        "handover__from_department", "handover__to_department", "handover__sent_by", "handover__signed_by"
    )
    visible = set(
        PaperHandover.objects.visible_to(request.user).filter(lines__paper=shown).values_list("pk", flat=True)
    )
    return render(request, "office/paper.html", {"paper": shown, "ways": ways.order_by("-id"), "visible": visible})


def _visible(request: SignedIn, pk: int) -> PaperHandover:
    rows = PaperHandover.objects.visible_to(request.user).for_lists()
    return get_object_or_404(rows.select_related("signed_by", "settled_by"), pk=pk)
