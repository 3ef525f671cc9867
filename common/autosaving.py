"""A page of a draft that is saved while it is typed: what it carries, what the script hears.

The page carries a fingerprint of its fields as they stood when it was opened, and a random name of its own, so that
its autosave and its button are told from another device's (docs/adr/0014). Whoever owns the draft writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.errors import HallError, InvalidInput, Stale

LONGEST_PAGE = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft after saving: when that was, and the fingerprint that the page goes on with."""

    # None where nothing had to be written yet: the page then says the time of asking.
    saved_at: datetime | None
    version: str


def opened(request: HttpRequest) -> tuple[str, str]:
    """Fingerprint and name of the opened page, as it sends them."""
    return request.POST.get("version", ""), request.POST.get("page", "")[:LONGEST_PAGE]


def draft_context(request: HttpRequest, version: str, others: Sequence[dict[str, str]] | None = None) -> dict[str, Any]:
    """What draft_head.html and draft_end.html need; ``others`` is what another device has saved meanwhile."""
    return {
        "version": version,
        # A page that comes back with errors is still the one that was opened.
        "page": request.POST.get("page") or uuid4().hex,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "others": others or [],
    }


def say_errors(form: forms.BaseForm, error: HallError) -> None:
    """Lay a service's refusal on the form, each message at its field."""
    for field, texts in error.errors.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, str(text))


def say_stale(form: forms.BaseForm, error: Stale) -> None:
    """Another device was first: nothing was written, and nothing typed is lost."""
    form.add_error(None, f"{error} {_('Compare and save again to keep what you typed.')}")


def answer(form: forms.BaseForm, save: Callable[[], Kept]) -> JsonResponse:
    """Keep what is valid of a half-typed page; say when, and what could not be kept.

    200 {saved_at, version, errors, message}; 400 {message, errors}; 409 {message} when another device was first.
    """
    form.is_valid()
    try:
        kept = save()
    except InvalidInput as error:
        return JsonResponse({"message": str(error), "errors": _texts(error.errors)}, status=400)
    except HallError as error:
        return JsonResponse({"message": str(error)}, status=error.status)
    saved_at = timezone.localtime(kept.saved_at).strftime("%H:%M")
    said: dict[str, Any] = {"saved_at": saved_at, "version": kept.version, "errors": _texts(form.errors)}
    if wrong := len(form.errors):
        said["message"] = ngettext(
            "Saved %(time)s, except %(count)s field that is not right yet",
            "Saved %(time)s, except %(count)s fields that are not right yet",
            wrong,
        ) % {"time": saved_at, "count": wrong}
    return JsonResponse(said)


def _texts(errors: Any) -> dict[str, list[str]]:
    return {field: [str(text) for text in texts] for field, texts in errors.items()}
