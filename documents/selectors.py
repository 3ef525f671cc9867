"""Documents of subjects and templates in force, for the apps above and our own services."""

from collections.abc import Iterable

from accounts.models import Anyone
from documents.models import Document, TemplateVersion


def current_version(code: str) -> TemplateVersion:
    """The version of a template in force, with the shared part of its time; LookupError where the hall has none."""
    rows = TemplateVersion.objects.filter(template__code=code).select_related("base")
    version = rows.order_by("-number").first()
    if version is None:
        raise LookupError(f"there is no document template {code!r}: run load_document_templates")
    return version


def documents_of_many(
    subjects: Iterable[tuple[str, int]], user: Anyone | None = None
) -> dict[tuple[str, int], list[Document]]:
    """Documents by subject in one statement, each list in the order of issue; every subject is a key.

    With ``user`` only what that person may see; without, all: for code that has asked who may already.
    """
    found: dict[tuple[str, int], list[Document]] = {subject: [] for subject in subjects}
    rows = Document.objects.all() if user is None else Document.objects.visible_to(user)
    for document in rows.of_subjects(found).select_related("department").in_order():
        found[document.subject].append(document)
    return found
