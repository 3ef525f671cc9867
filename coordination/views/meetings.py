"""Meetings until they are held: the list, calling, moving, the agenda, answering."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotAllowed
from coordination import invitation_file, rules
from coordination.forms import ReasonForm
from coordination.forms_meeting import AnswerForm, ItemForm, MeetingForm, ProblemsForm, TimeForm
from coordination.models import AgendaItem, Decision, Invitation, Meeting
from coordination.services import agenda as agenda_service
from coordination.services import meetings as service
from coordination.views.base import PAGE, SignedIn, acting, attempt, saved, status_of
from ledger.selectors import timeline

TABS = {"ahead": gettext_lazy("Ahead"), "minutes": gettext_lazy("Minutes to come"), "past": gettext_lazy("Past")}
STATES = {"ahead": ["planned"], "minutes": ["held", "to_sign"], "past": ["signed", "cancelled"]}


@login_required
@require_safe
def meetings(request: SignedIn) -> HttpResponse:
    """Those that one leads, keeps or is invited to; who answers for all departments sees all."""
    tab = request.GET.get("tab", "ahead")
    tab = tab if tab in TABS else "ahead"
    visible = Meeting.objects.visible_to(request.user)
    rows = {code: visible.filter(status__in=states) for code, states in STATES.items()}
    tabs = [
        {"label": label, "url": f"?tab={code}", "active": code == tab, "count": rows[code].count()}
        for code, label in TABS.items()
    ]
    order = ("starts_at", "id") if tab == "ahead" else ("-starts_at", "-id")
    listed = rows[tab].select_related("chair", "secretary", "clock").order_by(*order)
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    context = {"tabs": tabs, "tab": tab, "page_obj": page, "may_call": rules.may_call(request.user)}
    return render(request, "coordination/meetings.html", context)


@login_required
def meeting_new(request: SignedIn) -> HttpResponse:
    if not rules.may_call(request.user):
        raise NotAllowed(_("Leaders, the director and service officers call meetings."))
    form = MeetingForm(request.POST or None, initial={"secretary": request.user.pk})
    made: list[Meeting] = []

    def call() -> None:
        data = form.cleaned_data
        made.append(
            service.call_meeting(
                actor=acting(request), plan=form.plan(), people=list(data["people"]), firms=list(data["firms"])
            )
        )

    if saved(request, form, call, _("The meeting is called; everybody invited is told.")):
        return redirect(made[0])
    return render(request, "coordination/meeting_new.html", {"form": form}, status=status_of(form))


@login_required
@require_safe
def meeting(request: SignedIn, pk: int) -> HttpResponse:
    """Everything for staff; a firm sees when and where, its own points and its own answer."""
    row = visible_meeting(request, pk)
    user, staff = request.user, request.user.is_hall_staff
    planned = row.status == Meeting.Status.PLANNED
    mine = _own_invitations(request, row)
    context = {
        "meeting": row,
        "staff": staff,
        "items": _items(request, row),
        "decisions": _decisions(request, row),
        "invitations": row.invitations.select_related("user", "enterprise") if staff else mine,
        "answers": [(one, AnswerForm(initial=_initial(one, row))) for one in mine] if planned else [],
        "entries": timeline(row).order_by("-seq") if staff else [],
        "may_keep": rules.may_keep(user, row),
        "may_write": row.status == "held" and (rules.may_keep(user, row) or rules.has_the_minutes(user, row)),
        "may_sign": row.status == "to_sign" and rules.may_sign(user, row),
        "reason_form": ReasonForm(),
    }
    return render(request, "coordination/meeting.html", context)


def _own_invitations(request: SignedIn, row: Meeting) -> list[Invitation]:
    firms = request.user.memberships.active().values("enterprise_id")
    own = row.invitations.filter(Q(user=request.user) | Q(enterprise__in=firms))
    return list(own.select_related("user", "enterprise"))


def _initial(invitation: Invitation, row: Meeting) -> dict[str, Any]:
    answer = "" if invitation.answer == "open" else invitation.answer
    return {
        "answer": answer,
        "substitute": invitation.substitute,
        "note": invitation.note,
        "seen": row.sequence,
    }


def _items(request: SignedIn, row: Meeting) -> QuerySet[AgendaItem]:
    """All points for staff, a firm's own for the firm."""
    rows = row.items.select_related("problem", "project", "enterprise", "earlier__task", "earlier__problem")
    if not request.user.is_hall_staff:
        rows = rows.filter(enterprise__in=request.user.memberships.active().values("enterprise_id"))
    return rows.order_by("position", "pk")


def _decisions(request: SignedIn, row: Meeting) -> QuerySet[Decision]:
    """A firm reads what was decided on its points once the chair has signed."""
    rows = row.decisions.select_related("department", "item", "task__clock", "problem__clock")
    if request.user.is_hall_staff:
        return rows
    firms = request.user.memberships.active().values("enterprise_id")
    return rows.filter(item__enterprise__in=firms) if row.status == Meeting.Status.SIGNED else rows.none()


@login_required
def meeting_move(request: SignedIn, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    initial = {"starts_at": row.starts_at, "ends_at": row.ends_at, "place": row.place}
    form = TimeForm(request.POST or None, initial=initial)

    def act() -> None:
        service.change_meeting(actor=acting(request), meeting=row, **form.cleaned_data)

    if saved(request, form, act, _("The meeting is moved; everybody is told and asked anew.")):
        return redirect(row)
    return render(request, "coordination/meeting_move.html", {"form": form, "meeting": row}, status=status_of(form))


@login_required
@require_POST
def meeting_cancel(request: SignedIn, pk: int) -> HttpResponse:
    row = _kept(request, pk)
    reason = request.POST.get("reason", "")
    attempt(
        request,
        lambda: service.cancel_meeting(actor=acting(request), meeting=row, reason=reason),
        _("The meeting is called off; everybody is told."),
    )
    return redirect(row)


@login_required
def agenda(request: SignedIn, pk: int) -> HttpResponse:
    """Collect open problems, add points by hand, put them in order."""
    row = _kept(request, pk)
    by_hand = "title" in request.POST
    item_form = ItemForm(request.POST if by_hand else None)
    chosen = request.POST if request.method == "POST" and not by_hand else None
    problems_form = ProblemsForm(chosen, meeting=row)
    actor = acting(request)
    if by_hand:
        done = saved(
            request,
            item_form,
            lambda: agenda_service.add_item(actor=actor, meeting=row, **item_form.cleaned_data),
            _("The point is on the agenda."),
        )
    else:
        done = saved(
            request,
            problems_form,
            lambda: agenda_service.add_problems(actor=actor, meeting=row, **problems_form.cleaned_data),
            _("The problems are on the agenda."),
        )
    if done:
        return redirect("coordination:agenda", pk)
    context = {
        "meeting": row,
        "items": row.items.select_related("problem", "earlier", "project", "enterprise").order_by("position", "pk"),
        "item_form": item_form,
        "problems_form": problems_form,
    }
    wrong = item_form.errors or problems_form.errors
    return render(request, "coordination/agenda.html", context, status=400 if wrong else 200)


@login_required
@require_POST
def item_act(request: SignedIn, pk: int, act: str) -> HttpResponse:
    """Up, down, or off the agenda."""
    rows = AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(request.user).values("pk"))
    item = get_object_or_404(rows.select_related("meeting"), pk=pk)
    actor = acting(request)
    acts = {
        "up": lambda: agenda_service.move_item(actor=actor, item=item, up=True),
        "down": lambda: agenda_service.move_item(actor=actor, item=item, up=False),
        "remove": lambda: agenda_service.remove_item(actor=actor, item=item),
    }
    if act not in acts:
        raise Http404
    attempt(request, acts[act], _("The agenda is changed."))
    return redirect("coordination:agenda", item.meeting_id)


@login_required
def answer(request: SignedIn, pk: int) -> HttpResponse:
    """Comes, does not, sends somebody else."""
    firms = request.user.memberships.active().values("enterprise_id")
    own = Invitation.objects.filter(Q(user=request.user) | Q(enterprise__in=firms))
    row = get_object_or_404(own.select_related("meeting", "user", "enterprise"), pk=pk)
    form = AnswerForm(request.POST or None, initial=_initial(row, row.meeting))

    def act() -> None:
        service.answer_invitation(actor=acting(request), invitation=row, **form.cleaned_data)

    if saved(request, form, act, _("Your answer is noted.")):
        return redirect(row.meeting)
    context = {"form": form, "invitation": row, "meeting": row.meeting}
    return render(request, "coordination/answer.html", context, status=status_of(form))


@login_required
@require_safe
def calendar_file(request: SignedIn, pk: int) -> HttpResponse:
    """For people's own calendars; fetched again after a change it moves or removes the entry."""
    row = visible_meeting(request, pk)
    response = HttpResponse(invitation_file.write(row), content_type=invitation_file.CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="meeting-{row.pk}.ics"'
    return response


def visible_meeting(request: SignedIn, pk: int) -> Meeting:
    rows = Meeting.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("chair", "secretary", "clock__handler", "document", "signed_by"), pk=pk
    )


def _kept(request: SignedIn, pk: int) -> Meeting:
    row = visible_meeting(request, pk)
    if not rules.may_keep(request.user, row):
        raise NotAllowed(_("The secretary of the meeting does that."))
    return row
