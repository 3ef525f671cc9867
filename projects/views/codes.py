"""The national project code that arrives after the declaration."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import HallError
from enterprises.acting import banner
from projects import services
from projects.forms import NationalCodeForm
from projects.views.common import project_to_act_on


@login_required
@require_http_methods(["GET", "POST"])
def national_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Add or correct the code; then back to where one came from."""
    project, actor = project_to_act_on(request, pk)
    onward = request.POST.get("next") or request.GET.get("next", "")
    form = NationalCodeForm(request.POST or None, initial={"national_code": project.national_code})
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_national_code(actor=actor, project=project, code=form.cleaned_data["national_code"])
        except HallError as error:
            for field, texts in error.errors.items():
                for text in texts:
                    form.add_error(field if field in form.fields else None, str(text))
        else:
            messages.success(request, _("The national project code has been saved."))
            if url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
                return redirect(onward)
            return redirect(project.get_absolute_url())
    context = {"project": project, "form": form, "next": onward, "acting_for": banner(project.enterprise, actor)}
    return render(request, "projects/national_code.html", context, status=400 if form.errors else 200)
