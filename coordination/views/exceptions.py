"""Approving and revoking deviations; opening and closing a green channel."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import NotAllowed
from coordination import deviating, rules
from coordination.forms import DeviationForm, UntilForm
from coordination.models import Deviation, GreenChannel, Instruction
from coordination.services import deviations as service
from coordination.services import green
from coordination.views.base import SignedIn, acting, attempt, saved, status_of
from projects.models import Project


@login_required
def deviation_new(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """One deviation of one kind on an instruction about a project."""
    if not rules.may_deviate(request.user):
        raise NotAllowed(_("Only a leader approves deviations."))
    rows = Instruction.objects.visible_to(request.user).select_related("project")
    instruction = get_object_or_404(rows, pk=pk, project__isnull=False)
    if kind not in deviating.kinds():
        raise Http404
    assert instruction.project is not None
    form = DeviationForm(request.POST or None, kind=kind, project=instruction.project)
    act = lambda: service.approve_deviation(actor=acting(request), instruction=instruction, wish=form.wish())  # noqa: E731
    if saved(request, form, act, _("The deviation is approved and applies from now on.")):
        return redirect(instruction)
    context = {"form": form, "instruction": instruction, "label": Deviation.Kind(kind).label, "kind": kind}
    return render(request, "coordination/deviation_new.html", context, status=status_of(form))


@login_required
@require_POST
def deviation_revoke(request: SignedIn, pk: int) -> HttpResponse:
    rows = Deviation.objects.filter(instruction__in=Instruction.objects.visible_to(request.user).values("pk"))
    row = get_object_or_404(rows.select_related("instruction"), pk=pk)
    reason = request.POST.get("reason", "")
    act = lambda: service.revoke_deviation(actor=acting(request), deviation=row, reason=reason)  # noqa: E731
    attempt(request, act, _("The deviation is revoked."))
    return redirect(row.instruction)


@login_required
def green_new(request: SignedIn, pk: int) -> HttpResponse:
    """Let a project go first."""
    project = get_object_or_404(Project.objects.visible_to(request.user).declared(), pk=pk)
    if not rules.may_open_green(request.user):
        raise NotAllowed(_("Only a leader or the director opens and ends a green channel."))
    form = UntilForm(request.POST or None)
    act = lambda: green.open_green_channel(actor=acting(request), project=project, **form.cleaned_data)  # noqa: E731
    if saved(request, form, act, _("The green channel is open: its cases come first on every desk.")):
        return redirect(project)
    context = {"form": form, "project": project}
    return render(request, "coordination/green_new.html", context, status=status_of(form))


@login_required
@require_POST
def green_close(request: SignedIn, pk: int) -> HttpResponse:
    row = get_object_or_404(GreenChannel.objects.visible_to(request.user).select_related("project"), pk=pk)
    reason = request.POST.get("reason", "")
    act = lambda: green.close_green_channel(actor=acting(request), channel=row, reason=reason)  # noqa: E731
    attempt(request, act, _("The green channel has ended."))
    return redirect(row.project)
