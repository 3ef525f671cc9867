"""The papers of a case as its pages list them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Anyone
from approvals.labels import APPLICATION_LABEL, CASE_LABEL
from approvals.models import Case
from approvals.papers.outcome import DECISION
from documents.models import Document
from documents.selectors import documents_of_many

DECISIONS = (DECISION, f"{DECISION}_refused")


@dataclass(frozen=True, slots=True)
class ListedPaper:
    document: Document
    url: str

    @property
    def title(self) -> str:
        return self.document.label


def papers_of(case: Case, user: Anyone) -> list[ListedPaper]:
    """What ``user`` may see of the papers of a case and its application, in the order of issue; one query.

    The decision leads over the address that notes that the applicant has read it.
    """
    subjects = [(APPLICATION_LABEL, case.application_id), (CASE_LABEL, case.pk)]
    found = documents_of_many(subjects, user)
    return [ListedPaper(document, _url(case, document)) for subject in subjects for document in found[subject]]


def _url(case: Case, document: Document) -> str:
    if document.kind in DECISIONS:
        return reverse("approvals:decision", args=[case.number])
    return document.get_absolute_url()


def latest(case: Case, *kinds: str) -> Document | None:
    """The newest paper of these kinds, whoever asks."""
    return Document.objects.of_subject(CASE_LABEL, case.pk).filter(kind__in=kinds).in_order().last()
