"""What gave a right is taken back in public; notices of what happened stay true."""

from accounts.actors import Actor
from approvals.labels import CASE_LABEL
from approvals.models import Case
from approvals.papers.outcome import DECISION
from documents import kinds
from documents.models import Document
from documents.services import revoke_document


def revoke_grant(case: Case, *, actor: Actor, reason: str) -> None:
    """Revoke the decision to grant and the certificate, those still in force, in the order of issue.

    Under the case's lock. ``reason`` is public.
    """
    granting = [kind.code for kind in kinds.all_kinds() if kind.certificate or kind.code == DECISION]
    papers = Document.objects.of_subject(CASE_LABEL, case.pk).filter(kind__in=granting, revoked_at=None)
    for document in papers.in_order():
        revoke_document(actor=actor, document=document, reason=reason)
