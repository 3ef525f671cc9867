"""Handing in materials: each asked once, several files at once, replaced with history.

The same two addresses take and remove files for a draft and for a case under correction.
"""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from approvals import gaps, needs, reuse
from approvals.models import Application, ArchivePaper, Material, MaterialFile
from approvals.services.drafting import add_file, correcting_cases, remove_file
from approvals.services.reusing import Paper, reuse_paper
from approvals.views.acting import actor_or_404, application_to_act_on, signed_in
from approvals.views.trail import trail
from common.errors import HallError, InvalidInput
from documents.models import Document
from enterprises.acting import banner

PAPERS: dict[str, type[Paper]] = {"archive": ArchivePaper, "earlier": MaterialFile, "certificate": Document}


@login_required
@require_safe
def materials(request: HttpRequest, pk: int) -> HttpResponse:
    """All materials of an application."""
    row, actor = application_to_act_on(request, pk)
    if row.status != Application.Status.DRAFT:
        return redirect("approvals:submitted", row.pk)
    return materials_page(request, row, actor)


def materials_page(
    request: HttpRequest,
    row: Application,
    actor: Actor,
    errors: dict[int, list[str]] | None = None,
    later_errors: dict[int, list[str]] | None = None,
) -> HttpResponse:
    """The page; errors by material when an upload without scripts, or a day for what follows later, was refused."""
    cards = gaps.with_laters(row, needs.material_cards(row, stock=reuse.stock_of(row)))
    here = reverse("approvals:materials", args=[row.pk])
    context = {
        "application": row,
        "cards": cards,
        "missing": sum(card.missing for card in cards),
        "here": here,
        "hidden": {"next": here},
        "errors": errors or {},
        "later_errors": later_errors or {},
        "side_by_side": gaps.side_by_side(row),
        "bar": gaps.open_bar(row.enterprise_id),
        "acting_for": banner(row.enterprise, actor),
        "steps": trail(row, "materials"),
    }
    return render(request, "approvals/applying/materials.html", context, status=400 if errors or later_errors else 200)


def material_to_act_on(request: HttpRequest, pk: int) -> tuple[Material, Actor]:
    user = signed_in(request)
    rows = Material.objects.select_related("application__enterprise", "application__project")
    material = get_object_or_404(rows.filter(application__in=Application.objects.visible_to(user)), pk=pk)
    return material, actor_or_404(user, material.application.enterprise)


@login_required
@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one or several files for a material; good ones are kept though others are refused."""
    material, actor = material_to_act_on(request, pk)
    files = request.FILES.getlist("file")
    replaces = _replaced_file(material, request.POST.get("replaces", ""))
    refused: list[str] = [] if files else [_("Choose a file.")]
    for position, one in enumerate(files):
        refused += _take(actor, material, one, replaces if position == 0 else None)
    return _answer(request, material, actor, refused)


def _replaced_file(material: Material, pk: str) -> MaterialFile | None:
    if not pk:
        return None
    if not pk.isdecimal():
        raise Http404
    return get_object_or_404(MaterialFile, pk=int(pk), material=material)


def _take(actor: Actor, material: Material, one: UploadedFile, replaces: MaterialFile | None) -> list[str]:
    """Messages of what was refused."""
    try:
        add_file(actor=actor, material=material, upload=one, replaces=replaces)
    except InvalidInput as error:
        return [str(text) for texts in error.errors.values() for text in texts]
    except HallError as error:
        return [str(error)]
    return []


def _answer(request: HttpRequest, material: Material, actor: Actor, refused: list[str]) -> HttpResponse:
    """The box of the material for a script, the page for everybody else."""
    onward = request.POST.get("next", "")
    if request.headers.get("HX-Request") == "true":
        if refused:
            return JsonResponse({"errors": {"file": refused}}, status=400)
        return render(request, "approvals/applying/_files.html", {"card": fresh_card(material), "next": onward})
    here = reverse("approvals:materials", args=[material.application_id])
    if refused and onward in ("", here) and material.application.status == Application.Status.DRAFT:
        return materials_page(request, material.application, actor, {material.pk: refused})
    for text in refused:
        messages.error(request, text)
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        onward = here
    return redirect(f"{onward}#material-{material.pk}")


def fresh_card(material: Material) -> needs.MaterialCard:
    """The card as it stands now."""
    # The form that the hall made for one case is nobody else's: of those only what is being corrected now.
    own = MaterialFile.objects.filter(Q(case=None) | Q(case__in=correcting_cases(material)))
    files = Prefetch("files", queryset=own.select_related("file", "added_by"))
    row = Material.objects.prefetch_related(files).get(pk=material.pk)
    chosen = material.application.chosen.select_related("version")
    card = needs.card(row, needs.uses_by(chosen).get(row.code, []))
    submitted = material.application.status == Application.Status.SUBMITTED
    card = needs.stocked(card, reuse.stock_of(material.application), asked_for=submitted)
    return card if submitted else gaps.with_laters(material.application, [card])[0]


@login_required
@require_POST
def reuse_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Use a paper that the hall has already: ``paper`` is the key of an offer."""
    material, actor = material_to_act_on(request, pk)
    kind, _dash, paper_id = request.POST.get("paper", "").partition("-")
    if kind not in PAPERS or not paper_id.isdecimal():
        raise Http404
    paper = cast(Paper, get_object_or_404(PAPERS[kind], pk=int(paper_id)))
    refused: list[str] = []
    try:
        reuse_paper(actor=actor, material=material, paper=paper)
    except InvalidInput as error:
        refused = [str(text) for texts in error.errors.values() for text in texts]
    except HallError as error:
        refused = [str(error)]
    return _answer(request, material, actor, refused)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file out; it stays in the history."""
    file = get_object_or_404(MaterialFile.objects.select_related("material"), pk=pk)
    material, actor = material_to_act_on(request, file.material_id)
    refused: list[str] = []
    try:
        remove_file(actor=actor, file=file)
    except HallError as error:
        refused = [str(error)]
    return _answer(request, material, actor, refused)


urlpatterns = [
    path("applications/<int:pk>/materials/", materials, name="materials"),
    path("materials/<int:pk>/files/", upload, name="upload"),
    path("materials/<int:pk>/reuse/", reuse_one, name="reuse"),
    path("materials/files/<int:pk>/remove/", remove, name="remove_file"),
]
