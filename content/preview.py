"""The guide of a draft as the public would see it; only editors of the catalogue see it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Department
from approvals.catalogue.model import Matter as Entry
from approvals.editing import selectors
from approvals.editing.rules import may_edit_catalogue
from approvals.models import CatalogueDraft, Matter, MatterVersion
from approvals.services.catalogue import digest_of
from content.views import guide_context


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
    return render(request, "catalogue/preview.html", {**guide_context(drafted(entry)), "draft": draft})


def drafted(entry: Entry) -> Matter:
    """A matter that is in no table, with ``entry`` in force; two queries."""
    content = entry.as_content()
    return Matter(
        code=entry.code,
        name=entry.name,
        name_en=entry.name_en,
        stage=entry.stage,
        department=Department.objects.get(code=entry.department),
        window=Department.objects.get(code=entry.window),
        # With its digest, under which readers keep what they have read of a content.
        current=MatterVersion(content=content, digest=digest_of(content), number=0),
    )
