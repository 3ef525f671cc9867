"""The window publishes a case: the text is edited, looked at, and then stands on the public site."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from approvals.forms.special import PublishForm
from approvals.models import Case
from approvals.papers.public_notice import notice_text, notice_title
from approvals.services import publish_case
from approvals.special_ways import notice_of
from approvals.views.desk import clerk_of
from common.errors import HallError
from common.forms import show_error
from common.time import now
from deadlines import calendars, counting


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Edit, preview, publish. A case that is not at this point leads back to its screen."""
    user = clerk_of(request)
    rows = Case.objects.visible_to(user).select_related(
        "matter", "version", "enterprise", "department", "window", "project"
    )
    case = get_object_or_404(rows, number=number)
    terms = notice_of(case.version)
    # A page that was opened in time is answered below, with what was written on it.
    if terms is None or (case.status != Case.Status.RECEIVED and request.method != "POST"):
        return redirect("approvals:desk_case", number)
    moment = now()
    ends = counting.end_of(calendars.current(), moment, terms["days"], terms["unit"]) or moment
    form = PublishForm(request.POST or None, initial={"text": notice_text(case, moment, ends)})
    preview, status = "", 200
    if request.method == "POST" and form.is_valid():
        preview = form.cleaned_data["text"]
        if request.POST.get("act") == "publish":
            try:
                publish_case(actor=Actor(user), case=case, text=preview, seen=request.POST.get("seen"))
            except HallError as error:
                show_error(form, error)
                status = error.status
            else:
                messages.success(request, _("Case %(number)s is on public notice.") % {"number": number})
                return redirect("approvals:desk_case", number)
    context = {"case": case, "form": form, "preview": preview, "title": notice_title(case), "ends": ends,
               "days": terms["days"], "unit": terms["unit"]}  # fmt: skip
    return render(request, "approvals/special/publish.html", context, status=max(status, 400) if form.errors else 200)


urlpatterns = [path("desk/cases/<str:number>/publish/", publish, name="desk_publish")]
