"""Objections to public notices: the department's list, and one objection to be settled."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from approvals import presenting
from approvals.forms.special import SettleForm
from approvals.models import Case, Objection
from approvals.rules import works_in_charge
from approvals.selectors import Tab
from approvals.services import settle_objection
from approvals.views.duties_special import DutyList, staff_of
from common.errors import HallError
from common.forms import show_error

S = Objection.Status
LIST = DutyList(
    (
        Tab("open", gettext_lazy("To be settled"), (S.OPEN,)),
        Tab("settled", gettext_lazy("Settled"), (S.UPHELD, S.DISMISSED)),
    ),
    "notice__case",
)


@login_required
@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """Objections that concern one's departments, or all for window and leaders."""
    rows = Objection.objects.visible_to(staff_of(request))
    return render(request, "approvals/special/objections.html", LIST.context(request, rows))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection with its notice; reviewers and head of the department settle it here."""
    user = staff_of(request)
    rows = Objection.objects.visible_to(user).for_lists().select_related("notice__case__project", "notice__clock")
    row = get_object_or_404(rows, pk=pk)
    case = row.notice.case
    may_settle = (
        row.status == S.OPEN and case.status == Case.Status.PUBLISHED and works_in_charge.test(user, case.department_id)
    )
    form, status = SettleForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                settle_objection(
                    actor=Actor(user), objection=row, upheld=form.cleaned_data["upheld"] == "yes",
                    answer=form.cleaned_data["answer"], seen=request.POST.get("seen"),
                )  # fmt: skip
            except HallError as error:
                show_error(form, error)
                status = error.status
            else:
                messages.success(request, _("The objection is settled; its receipt shows your answer."))
                return redirect("approvals:objections")
    context = {
        "objection": row,
        "notice": row.notice,
        "case": case,
        "form": form if may_settle or form.is_bound else None,
        "project_rows": presenting.project_rows(case),
        "others": row.notice.objections.exclude(pk=row.pk),
    }
    return render(request, "approvals/special/objection.html", context, status=status)


urlpatterns = [
    path("review/objections/", objections, name="objections"),
    path("review/objections/<int:pk>/", objection, name="objection"),
]
