"""After a meeting: who was there, minutes, decisions, the chair's signature."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import NotAllowed
from coordination import rules
from coordination.forms_meeting import DecisionForm, HoldForm, MinutesForm
from coordination.models import Decision, Meeting
from coordination.services import minutes as service
from coordination.views.base import SignedIn, acting, attempt, saved, status_of
from coordination.views.meetings import visible_meeting


@login_required
def hold(request: SignedIn, pk: int) -> HttpResponse:
    """Note who was there; from then on the minutes can be written."""
    row = _written_by(request, pk)
    form = HoldForm(request.POST if request.method == "POST" else None, meeting=row)

    def act() -> None:
        attended = [one.pk for one in form.cleaned_data["attended"]]
        service.hold_meeting(actor=acting(request), meeting=row, attended=attended)

    if saved(request, form, act, _("Noted. Now write the minutes.")):
        return redirect("coordination:minutes", pk)
    return render(request, "coordination/hold.html", {"form": form, "meeting": row}, status=status_of(form))


@login_required
def minutes(request: SignedIn, pk: int) -> HttpResponse:
    """The draft with what was said on each point, and the decisions under it."""
    row = _written_by(request, pk)
    if row.status != Meeting.Status.HELD:
        return redirect(row)
    form = MinutesForm(request.POST or None, meeting=row)

    def act() -> None:
        service.write_minutes(
            actor=acting(request), meeting=row, text=form.cleaned_data["text"], outcomes=form.outcomes()
        )
        if "draft" not in request.POST:
            service.submit_minutes(actor=acting(request), meeting=row)

    done = _("The chair has the minutes for signing.") if "draft" not in request.POST else _("The minutes are kept.")
    if saved(request, form, act, done):
        return redirect(row if "draft" not in request.POST else request.path)
    context = {"form": form, "meeting": row, "decisions": row.decisions.select_related("department", "item")}
    return render(request, "coordination/minutes.html", context, status=status_of(form))


@login_required
def decision_new(request: SignedIn, pk: int) -> HttpResponse:
    row = _written_by(request, pk)
    form = DecisionForm(request.POST or None, meeting=row)

    def act() -> None:
        service.add_decision(actor=acting(request), meeting=row, resolution=form.resolution())

    if saved(request, form, act, _("The decision is noted.")):
        return redirect("coordination:minutes", pk)
    return render(request, "coordination/decision_new.html", {"form": form, "meeting": row}, status=status_of(form))


@login_required
@require_POST
def decision_remove(request: SignedIn, pk: int) -> HttpResponse:
    rows = Decision.objects.filter(meeting__in=Meeting.objects.visible_to(request.user).values("pk"))
    row = get_object_or_404(rows.select_related("meeting"), pk=pk)
    act = lambda: service.remove_decision(actor=acting(request), decision=row)  # noqa: E731
    attempt(request, act, _("The decision is removed."))
    return redirect("coordination:minutes", row.meeting_id)


@login_required
@require_POST
def sign(request: SignedIn, pk: int) -> HttpResponse:
    """The chair signs, or gives the minutes back with a reason."""
    row = visible_meeting(request, pk)
    if not rules.may_sign(request.user, row):
        raise NotAllowed(_("The chair signs the minutes."))
    if "return" in request.POST:
        reason = request.POST.get("reason", "")
        attempt(
            request,
            lambda: service.return_minutes(actor=acting(request), meeting=row, reason=reason),
            _("The minutes are given back."),
        )
    else:
        attempt(
            request,
            lambda: service.sign_minutes(actor=acting(request), meeting=row),
            _("The minutes are signed; what was decided has its owners."),
        )
    return redirect(row)


def _written_by(request: SignedIn, pk: int) -> Meeting:
    row = visible_meeting(request, pk)
    if not (rules.may_keep(request.user, row) or rules.has_the_minutes(request.user, row)):
        raise NotAllowed(_("The secretary of the meeting does that."))
    return row
