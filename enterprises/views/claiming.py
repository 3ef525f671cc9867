"""Claiming an enterprise by its credit code: one step for the code, one for what is needed then."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.errors import HallError, NotAllowed, Stale
from common.forms import show_error
from enterprises import rules
from enterprises.credit_code import clean_credit_code
from enterprises.forms import CreditCodeForm, DetailsForm, JoinForm
from enterprises.models import Enterprise, Membership
from enterprises.services.registry import claim_enterprise, register_enterprise
from enterprises.views.base import SignedIn, acting_self


def _may_begin(request: SignedIn) -> None:
    if not (rules.can_claim(request.user) or rules.can_register(request.user)):
        raise NotAllowed(_("Only investors claim an enterprise; staff of the hall do not."))


@login_required
def claim(request: SignedIn) -> HttpResponse:
    """Ask for the credit code."""
    _may_begin(request)
    form = CreditCodeForm(request.GET if "credit_code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("enterprises:claim_details", form.cleaned_data["credit_code"])
    status = 400 if form.errors else 200
    return render(request, "enterprises/claim.html", {"form": form}, status=status)


@login_required
def claim_details(request: SignedIn, credit_code: str) -> HttpResponse:
    """Details of a firm new to the hall, or a note to those who let people into a known one."""
    _may_begin(request)
    try:
        code = clean_credit_code(credit_code)
    except ValidationError as error:
        raise Http404 from error
    enterprise = Enterprise.objects.filter(credit_code=code).first()
    if enterprise is None:
        return _register(request, code)
    if rules.can_register(request.user):
        return redirect("enterprises:detail", enterprise.pk)
    mine = enterprise.memberships.filter(user=request.user, status__in=["pending", "active"]).first()
    if mine is not None:
        return render(request, "enterprises/claimed.html", {"enterprise": enterprise, "membership": mine})
    return _join(request, enterprise)


def _register(request: SignedIn, code: str) -> HttpResponse:
    form = DetailsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enterprise = _create(request, code, form)
        except Stale as error:
            messages.warning(request, str(error))
            return redirect("enterprises:claim_details", code)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": enterprise.name})
            # Set by a page of our own that could not go on without a firm.
            onward = request.session.pop("after_claim", "")
            return redirect(onward) if onward else redirect("enterprises:detail", enterprise.pk)
    context = {"form": form, "credit_code": code, "for_walk_in": rules.can_register(request.user)}
    return render(request, "enterprises/claim_new.html", context, status=400 if form.errors else 200)


def _create(request: SignedIn, code: str, form: DetailsForm) -> Enterprise:
    details: Any = form.details()
    if rules.can_register(request.user):
        return register_enterprise(actor=acting_self(request), credit_code=code, details=details)
    return claim_enterprise(actor=acting_self(request), credit_code=code, details=details).enterprise


def _join(request: SignedIn, enterprise: Enterprise) -> HttpResponse:
    form = JoinForm(request.POST or None)
    owned = enterprise.memberships.active().filter(role=Membership.RoleInFirm.OWNER).exists()
    if request.method == "POST" and form.is_valid():
        try:
            claim_enterprise(
                actor=acting_self(request), credit_code=enterprise.credit_code, note=form.cleaned_data["note"]
            )
        except HallError as error:
            show_error(form, error)
        else:
            return redirect("enterprises:claim_details", enterprise.credit_code)
    context = {"form": form, "enterprise": enterprise, "owned": owned}
    return render(request, "enterprises/claim_join.html", context, status=400 if form.errors else 200)
