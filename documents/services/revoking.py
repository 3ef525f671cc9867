"""Taking a paper back, in public: it stays, and its verification page says so."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from common.errors import InvalidInput, TransitionNotAllowed
from common.time import now
from documents.models import Document
from ledger.services import record


@transaction.atomic
def revoke_document(*, actor: Actor, document: Document, reason: str) -> Document:
    """Revoke for good; the reason is shown to anybody who verifies the paper.

    Whether ``actor`` may, and how long a reason may be, is the caller's to know: it owns the subject.
    InvalidInput without a reason, TransitionNotAllowed when it is revoked already.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput({"reason": _("Say why the document is revoked.")})
    locked = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if locked.revoked_at is not None:
        raise TransitionNotAllowed(_("This document is revoked already."))
    locked.revoked_at, locked.revoked_by, locked.revoke_reason = now(), actor.user, reason
    locked.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    record(
        actor=actor, subject=locked.subject, act="document.revoked", data={**locked.subject_data(), "reason": reason}
    )
    return locked
