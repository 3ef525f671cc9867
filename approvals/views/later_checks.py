"""Later checks of what was decided on a commitment: the department's list, and one check."""

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
from approvals.forms.special import FindingForm
from approvals.models import LaterCheck
from approvals.rules import works_in_charge
from approvals.selectors import Tab
from approvals.services import record_finding
from approvals.services.committing import commitment_for
from approvals.standing import staff_entries
from approvals.transitions import LATER_CHECK
from approvals.views.duties_special import DutyList, staff_of
from common.errors import HallError
from common.forms import show_error

S = LaterCheck.Status
LIST = DutyList(
    (
        Tab("open", gettext_lazy("To be checked"), (S.OPEN, S.TO_RECTIFY)),
        Tab("passed", gettext_lazy("Passed"), (S.PASSED,)),
        Tab("failed", gettext_lazy("Failed"), (S.FAILED,)),
    ),
    "case",
)


@login_required
@require_safe
def later_checks(request: HttpRequest) -> HttpResponse:
    """Later checks of one's departments, or all for window and leaders."""
    rows = LaterCheck.objects.visible_to(staff_of(request))
    return render(request, "approvals/special/later_checks.html", LIST.context(request, rows))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def later_check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check with the words that were signed; reviewers and head of the department write the finding here."""
    user = staff_of(request)
    rows = LaterCheck.objects.visible_to(user).for_lists().select_related("case__version", "checked_by")
    row = get_object_or_404(rows, pk=pk)
    may_find = bool(LATER_CHECK.acts(row.status)) and works_in_charge.test(user, row.department_id)
    form, status = FindingForm(request.POST or None, check=row), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                found = record_finding(
                    actor=Actor(user), check=row, seen=request.POST.get("seen"),
                    rectify_by=form.cleaned_data.get("rectify_by"),
                    **{name: form.cleaned_data[name] for name in ("finding", "text")},
                )  # fmt: skip
            except HallError as error:
                show_error(form, error)
                status = error.status
            else:
                messages.success(request, _("The finding is on record; the enterprise has been told."))
                return redirect(found)
    context = {
        "check": row,
        "case": row.case,
        "form": form if may_find or form.is_bound else None,
        "commitment": commitment_for(row.case),
        "materials": [
            (one, presenting.file_items(one.material.files.all(), user)) for one in presenting.material_rows(row.case)
        ],
        "project_rows": presenting.project_rows(row.case),
        "entries": staff_entries(row.case),
    }
    return render(request, "approvals/special/later_check.html", context, status=status)


urlpatterns = [
    path("review/later-checks/", later_checks, name="later_checks"),
    path("review/later-checks/<int:pk>/", later_check, name="later_check"),
]
