"""The public verification page: where the QR code of every paper leads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.failures import address_of
from documents import verification
from documents.forms import CompareForm, VerifyForm


def _noindex(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A paper's page is for who holds the paper: search engines are told to stay away."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answered


@require_safe
@never_cache
@_noindex
def start(request: HttpRequest) -> HttpResponse:
    """Number and code by hand. The same answer for a wrong number and a wrong code; too many of them: 429."""
    if "code" not in request.GET:
        form = VerifyForm(initial={"number": request.GET.get("number", "")})
        return render(request, "documents/verify.html", {"form": form})
    form = VerifyForm(request.GET)
    if not form.is_valid():
        return render(request, "documents/verify.html", {"form": form})
    number = form.cleaned_data["number"]
    address = address_of(request)
    if wait := verification.seconds_to_wait(address, number):
        return _wait(request, form, wait)
    found = verification.find(form.cleaned_data["code"], number)
    if found is None:
        verification.count_failure(address, number)
        return render(request, "documents/verify.html", {"form": form, "not_found": True}, status=404)
    return redirect("documents:verify", code=found.code)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_noindex
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What the paper with this code is, and whether it still holds; a POST compares a file with what was made."""
    address = address_of(request)
    if wait := verification.seconds_to_wait(address):
        return _wait(request, VerifyForm(), wait)
    found = verification.find(code)
    if found is None:
        verification.count_failure(address)
        return render(request, "documents/verify.html", {"form": VerifyForm(), "not_found": True}, status=404)
    form = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    context: dict[str, Any] = {"found": found, "form": form}
    if form.is_bound and form.is_valid() and found.is_made:
        upload = form.cleaned_data["file"]
        digest = verification.digest_of(upload) if upload else form.cleaned_data["digest"]
        context |= {"compared": True, "unaltered": digest == found.sha256, "digest": digest}
    return render(request, "documents/verified.html", context)


def _wait(request: HttpRequest, form: VerifyForm, wait: int) -> HttpResponse:
    context = {"form": form, "wait": wait, "minutes": -(-wait // 60)}
    response = render(request, "documents/verify.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response
