"""Service guides: the list with its search, one guide, its earlier versions, its blank forms."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from approvals import blanks
from approvals.models import Matter, MatterVersion
from content import guides, wording
from content.catalogue import offered, offered_matters
from content.forms import GuideFilter
from content.qr import qr_of
from content.search import search, words_of
from content.starts import SINGLE

PDF_KEPT = 3600


@require_safe
def guide_list(request: HttpRequest) -> HttpResponse:
    """All matters by stage; with words the best hits first, narrowed down by the filters. The address can be shared."""
    catalogue = offered()
    form = GuideFilter(request.GET, catalogue=catalogue)
    wanted = form.wanted()
    words = words_of(request.GET.get("q", ""))
    hits = search([one for one in catalogue.matters.values() if wanted.takes(one)], words)
    context = {
        "form": form,
        "words": " ".join(words),
        "hits": hits if words else [],
        "groups": [] if words else guides.by_stage(hits),
        "count": len(hits),
        "narrowed": bool(form.data),
        "reset_url": reverse("content:guides") if request.GET else "",
    }
    return render(request, "content/guides.html", context)


def _version(code: str, number: int | None) -> MatterVersion:
    """The version asked for, with its matter; without a number the one in force. 404 for what is not offered."""
    matter = get_object_or_404(offered_matters(), code=code)
    version = matter.current
    if number is not None:
        version = get_object_or_404(MatterVersion, matter=matter, number=number)
    assert version is not None
    version.matter = matter
    return version


@require_safe
def guide(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    """The complete guide of one matter, made to be printed too; with ``number`` as it stood in that version."""
    version = _version(code, number)
    matter = version.matter
    address = reverse("content:guide", args=[matter.code])
    context = {
        "matter": matter,
        "version": version,
        "old": version.pk != matter.current_id,
        "guide": guides.guide(version),
        "place": wording.place(),
        "changes": guides.record_of_versions(matter),
        "related": guides.related(matter),
        "which_url": reverse("content:which_start", args=[f"{SINGLE}{matter.code}"]),
        "address": request.build_absolute_uri(address),
        "qr": qr_of(request, address),
    }
    return render(request, "content/guide.html", context)


@require_safe
def blank_form(request: HttpRequest, code: str, material: str) -> HttpResponse:
    """The blank form of a material, or with ``?sample=1`` the filled specimen."""
    version = _version(code, None)
    sample = request.GET.get("sample") == "1"
    try:
        content = blanks.blank_pdf(version, material, sample=sample)
    except LookupError as error:
        raise Http404 from error
    name = next(item["name"] for item in version.materials if item["code"] == material)
    return _pdf(content, f"{code}-{name}{'-样表' if sample else ''}.pdf")


@require_safe
def result_sample(request: HttpRequest, code: str) -> HttpResponse:
    """What the result of a matter looks like, with a visible mark that it is a specimen."""
    version = _version(code, None)
    return _pdf(blanks.result_specimen(version), f"{code}-{version.content['result']['name']}-样例.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    patch_cache_control(response, public=True, max_age=PDF_KEPT)
    return response


def offered_matter_or_404(code: str) -> Matter:
    return get_object_or_404(offered_matters(), code=code)
