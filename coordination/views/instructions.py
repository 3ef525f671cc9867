"""Instructions: the list, giving, dividing, closing; one page with everything about one."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from common.errors import InvalidInput, NotAllowed
from coordination import deviating, rules, subjects
from coordination.forms import AssistFormSet, InstructionForm, LeadForm, ReasonForm, RemarkForm, assisting
from coordination.models import Deviation, Instruction
from coordination.querysets import INSTRUCTION_TABS, LEADS, WORKS_IN_DEPARTMENT
from coordination.services import instructions as service
from coordination.subjects import Subject
from coordination.views.base import PAGE, SignedIn, acting, attempt, saved, status_of
from ledger.selectors import timeline

TABS = {"to_do": gettext_lazy("For you"), "open": gettext_lazy("Under way"), "ended": gettext_lazy("Ended")}


@login_required
@require_safe
def instructions(request: SignedIn) -> HttpResponse:
    """What waits for oneself, what is under way, what has ended."""
    if not request.user.has_role(*LEADS, *WORKS_IN_DEPARTMENT):
        raise NotAllowed(_("Instructions are the business of leaders and departments."))
    visible = Instruction.objects.visible_to(request.user)
    tab = request.GET.get("tab", "to_do")
    tab = tab if tab in INSTRUCTION_TABS else "to_do"
    rows = {code: visible.in_tab(code, request.user) for code in INSTRUCTION_TABS}
    tabs = [
        {"label": label, "url": f"?tab={code}", "active": code == tab, "count": rows[code].count()}
        for code, label in TABS.items()
    ]
    page = Paginator(rows[tab].select_related("leader", "clock"), PAGE).get_page(request.GET.get("page"))
    context = {"tabs": tabs, "tab": tab, "page_obj": page, "may_instruct": rules.may_instruct(request.user)}
    return render(request, "coordination/instructions.html", context)


@login_required
def instruction_new(request: SignedIn) -> HttpResponse:
    """On the subject that ``about`` names ("projects.project:17"); the button there leads here."""
    _may_instruct(request)
    subject = _subject(request)
    form = InstructionForm(request.POST or None)
    made: list[Instruction] = []

    def write() -> None:
        row = service.write_instruction(actor=acting(request), subject=subject, words=form.words())
        if "draft" not in request.POST:
            service.give_instruction(actor=acting(request), instruction=row)
        made.append(row)

    done = _("The draft is kept.") if "draft" in request.POST else _("The instruction is given.")
    if saved(request, form, write, done):
        return redirect(made[0])
    context = {"form": form, "subject": subject, "kind": subjects.label_of(subject.type)}
    return render(request, "coordination/instruction_new.html", context, status=status_of(form))


@login_required
def instruction(request: SignedIn, pk: int) -> HttpResponse:
    """Everything: words, parts with their answers, deviations, what happened; and what one may do now."""
    row = _visible(request, pk)
    user = request.user
    status = row.status
    context = {
        "instruction": row,
        "kind": subjects.label_of(row.subject_type),
        "parts": row.parts.select_related("department", "answered_by").order_by("-round", "-is_lead", "id"),
        "deviations": row.deviations.select_related("approved_by"),
        "entries": timeline(row).order_by("-seq"),
        "may_give": status == "draft" and rules.gave_it(user, row),
        "may_withdraw": status in ("draft", "given") and row.round == 1 and rules.may_withdraw(user, row),
        "may_divide": status == "given" and rules.may_divide(user, row),
        "may_close": status == "answered" and rules.may_close(user, row),
        "deviation_kinds": _kinds(request, row),
        "may_revoke": rules.may_deviate(user),
        "remark_form": RemarkForm(),
        "reason_form": ReasonForm(),
    }
    return render(request, "coordination/instruction.html", context)


def _kinds(request: SignedIn, row: Instruction) -> list[tuple[str, str]]:
    """Deviations that this person may approve on this instruction now."""
    if row.project_id is None or row.status not in ("given", "divided", "answered"):
        return []
    if not rules.may_deviate(request.user):
        return []
    return [(kind, str(Deviation.Kind(kind).label)) for kind in deviating.kinds()]


@login_required
def instruction_edit(request: SignedIn, pk: int) -> HttpResponse:
    """The draft's words."""
    row = _visible(request, pk)
    if row.status != Instruction.Status.DRAFT:
        return redirect(row)
    initial = {"text": row.text, "urgency": row.urgency, "divider": row.divider_id}
    form = InstructionForm(request.POST or None, initial=initial)

    def save() -> None:
        changed = service.save_instruction(actor=acting(request), instruction=row, words=form.words())
        if "draft" not in request.POST:
            service.give_instruction(actor=acting(request), instruction=changed)

    done = _("The draft is kept.") if "draft" in request.POST else _("The instruction is given.")
    if saved(request, form, save, done):
        return redirect(row)
    subject = Subject(row.subject_type, row.subject_id, row.title, row.link, row.project_id)
    context = {"form": form, "subject": subject, "kind": subjects.label_of(row.subject_type), "draft": row}
    return render(request, "coordination/instruction_new.html", context, status=status_of(form))


@login_required
@require_POST
def instruction_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    reason = request.POST.get("reason", "")
    attempt(
        request,
        lambda: service.withdraw_instruction(actor=acting(request), instruction=row, reason=reason),
        _("The instruction is withdrawn."),
    )
    return redirect(row if row.status != Instruction.Status.DRAFT else "coordination:instructions")


@login_required
def instruction_divide(request: SignedIn, pk: int) -> HttpResponse:
    """Lead department and those that assist; "add_row" brings one more line and keeps the rest."""
    row = _visible(request, pk)
    if not rules.may_divide(request.user, row):
        raise NotAllowed(_("The director divides instructions."))
    more = request.POST.copy() if "add_row" in request.POST else None
    if more is not None:
        more["assisting-TOTAL_FORMS"] = str(min(int(more.get("assisting-TOTAL_FORMS") or 0) + 1, 12))
    sent = request.POST if request.method == "POST" and more is None else None
    form = LeadForm(sent, initial={name: more.get(name, "") for name in LeadForm.base_fields} if more else None)
    lines = AssistFormSet(sent or more, prefix="assisting")
    if sent is not None and lines.is_valid():
        act = lambda: service.divide_instruction(  # noqa: E731
            actor=acting(request), instruction=row, lead=form.spec(), assisting=assisting(lines)
        )
        if saved(request, form, act, _("The instruction is divided; each department has its task.")):
            return redirect(row)
    wrong = sent is not None and bool(form.errors or lines.total_error_count())
    context = {"form": form, "rows": lines, "instruction": row, "checked": sent is not None}
    return render(request, "coordination/instruction_divide.html", context, status=400 if wrong else 200)


@login_required
def instruction_end(request: SignedIn, pk: int) -> HttpResponse:
    """Close it, or send it back with words; a page of its own where the words are missing."""
    row = _visible(request, pk)
    if not rules.may_close(request.user, row):
        raise NotAllowed(_("The leader who gave it closes it, or who stands in for him."))
    form = RemarkForm(request.POST or None)
    back = "send_back" in request.POST
    act = service.send_back if back else service.close_instruction
    done = _("The instruction is sent back.") if back else _("The instruction is closed.")
    if saved(request, form, lambda: act(actor=acting(request), instruction=row, **form.cleaned_data), done):
        return redirect(row)
    context = {"form": form, "instruction": row}
    return render(request, "coordination/instruction_end.html", context, status=status_of(form))


def _visible(request: SignedIn, pk: int) -> Instruction:
    rows = Instruction.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("leader", "divider", "clock__handler", "project"), pk=pk)


def _may_instruct(request: SignedIn) -> None:
    if not rules.may_instruct(request.user):
        raise NotAllowed(_("Only a leader gives instructions."))


def _subject(request: SignedIn) -> Subject:
    kind, _colon, number = request.GET.get("about", "").partition(":")
    if not number.isdecimal():
        raise Http404
    try:
        return subjects.require(request.user, kind, int(number))
    except InvalidInput as error:
        raise Http404 from error
