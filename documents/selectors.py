"""Documents of a subject, for the pages of the apps above."""

from collections.abc import Iterable

from accounts.models import Anyone
from documents.models import Document, DocumentQuerySet


def documents_of(subject: tuple[str, int], user: Anyone) -> DocumentQuerySet:
    """What ``user`` may see of the documents on one subject, in the order of issue."""
    return Document.objects.visible_to(user).of_subject(*subject).select_related("department").in_order()


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
