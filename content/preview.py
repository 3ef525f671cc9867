"""The guide of a draft as the public would see it; only editors of the catalogue see it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Department
from approvals.catalogue.model import Matter as Entry
from approvals.editing import selectors
from approvals.editing.rules import may_edit_catalogue
from approvals.models import CatalogueDraft, Matter, MatterVersion
from approvals.services.catalogue import digest_of
from common.time import now
from content import guides, wording
from content.qr import qr_of


@never_cache
@login_required
@require_safe
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page made from the draft; while it is not complete a page that says so. 404 for others."""
    if not may_edit_catalogue.test(request.user):
        raise Http404
    draft = get_object_or_404(CatalogueDraft, pk=pk, subject=CatalogueDraft.Subject.MATTER)
    _problems, entry = selectors.desk().check(draft.subject, draft.content)
    if entry is None:
        return render(request, "catalogue/no_preview.html", {"draft": draft})
    version = drafted(entry)
    address = reverse("content:guide", args=[entry.code])
    context = {
        "draft": draft,
        "matter": version.matter,
        "version": version,
        # No links to forms and pages of what is not in force.
        "old": True,
        "guide": guides.guide(version),
        "place": wording.place(),
        "address": request.build_absolute_uri(address),
        "qr": qr_of(request, address),
    }
    return render(request, "catalogue/preview.html", context)


def drafted(entry: Entry) -> MatterVersion:
    """A version of a matter that are both in no table, with ``entry`` in force; two queries."""
    matter = Matter(
        code=entry.code,
        name=entry.name,
        name_en=entry.name_en,
        stage=entry.stage,
        department=Department.objects.get(code=entry.department),
        window=Department.objects.get(code=entry.window),
    )
    content = entry.as_content()
    # With its digest, under which readers keep what they have read of a content.
    version = MatterVersion(matter=matter, content=content, digest=digest_of(content), number=0, created_at=now())
    matter.current = version
    return version
