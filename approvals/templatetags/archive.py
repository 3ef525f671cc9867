"""The way from a case to its folder in the archive."""

from typing import Any

from django import template

from approvals.models import ArchiveFolder, Case

register = template.Library()


@register.inclusion_tag("approvals/archive/_link.html")
def archive_folder(case: Case) -> dict[str, Any]:
    """A panel with the folder of an ended case, for a page whose reader sees the case; no query before it ended."""
    if case.status not in Case.ENDED:
        return {"ended": False}
    folder = ArchiveFolder.objects.filter(case=case).defer("items", "rule").first()
    return {"ended": True, "folder": folder, "enterprise_id": case.enterprise_id}
