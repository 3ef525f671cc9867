"""Walk-ins: the window finds or registers the firm, then fills in the investor's own pages for it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from approvals.forms.desk import FindEnterpriseForm, RegisterEnterpriseForm
from approvals.models import Application
from approvals.views.desk import clerk_of
from common.errors import HallError
from common.forms import show_error
from enterprises.models import Enterprise
from enterprises.services.registry import Details, register_enterprise
from projects.models import Project

FOUND = 10


@login_required
@require_safe
def walk_in(request: HttpRequest) -> HttpResponse:
    """Find the firm by its code or name; one that fits exactly leads straight on."""
    user = clerk_of(request)
    form = FindEnterpriseForm(request.GET if "q" in request.GET else None)
    found: list[Enterprise] = []
    words = ""
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["q"].strip()
        exact = Enterprise.objects.visible_to(user).filter(credit_code=words.upper()).first()
        if exact:
            return redirect("approvals:walk_in_firm", exact.pk)
        found = list(
            Enterprise.objects.visible_to(user).filter(
                Q(name__icontains=words) | Q(credit_code__startswith=words.upper())
            )[:FOUND]
        )
    context = {
        "form": form,
        "found": found,
        "words": words,
        "drafts": Application.objects.filter(created_by=user, status=Application.Status.DRAFT).select_related(
            "project", "enterprise"
        )[:FOUND],
    }
    return render(request, "approvals/desk/walk_in.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a firm that the hall does not know yet."""
    user = clerk_of(request)
    form = RegisterEnterpriseForm(request.POST or None, initial={"credit_code": request.GET.get("q", "")})
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = dict(form.cleaned_data)
        try:
            enterprise = register_enterprise(
                actor=Actor(user), credit_code=values.pop("credit_code"), details=Details(**values)
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The enterprise was registered."))
            return redirect("approvals:walk_in_firm", enterprise.pk)
    return render(request, "approvals/desk/register.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@require_safe
def firm(request: HttpRequest, pk: int) -> HttpResponse:
    """The firm at the window: its projects, each with what can be done next, or a new one."""
    user = clerk_of(request)
    enterprise = get_object_or_404(Enterprise.objects.visible_to(user), pk=pk)
    projects = (
        Project.objects.visible_to(user)
        .filter(enterprise=enterprise)
        .exclude(status=Project.Status.WITHDRAWN)
        .order_by("-id")
    )
    context = {
        "enterprise": enterprise,
        "projects": [(project, _next_url(user, project)) for project in projects[:50]],
        "start_url": f"{reverse('projects:start')}?enterprise={enterprise.pk}",
    }
    return render(request, "approvals/desk/firm.html", context)


def _next_url(user: User, project: Project) -> str:
    if project.status == Project.Status.DRAFT:
        return reverse("projects:tasks", args=[project.pk])
    return reverse("approvals:project", args=[project.pk])
