"""The signature under a commitment as a page sends it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts.actors import Actor
from approvals.forms.deferring import CommitmentForm, WindowCommitmentForm
from approvals.services import Signature
from common.errors import InvalidInput
from files.models import StoredFile
from files.services import store


def commitment_form(actor: Actor, *data: Any) -> CommitmentForm:
    """Name and tick; at the window a hand-written signature besides."""
    return WindowCommitmentForm(*data) if actor.at_window else CommitmentForm(*data)


def signature_of(actor: Actor, form: CommitmentForm) -> Signature | None:
    """What was signed; None where the page had no commitment to sign.

    Stores the signature's file, so call it inside the transaction of the act. Raises InvalidInput at ``signature``.
    """
    if not form.data.get("seen_text"):
        return None
    form.is_valid()
    sent = form.cleaned_data
    if texts := form.errors.get("signature"):
        raise InvalidInput({"signature": list(texts)})
    upload = form.upload() if isinstance(form, WindowCommitmentForm) else None
    paper = stored_signature(actor, upload, at="signature")
    return Signature(sent.get("signer", ""), bool(sent.get("agreed")), form.data["seen_text"], paper)


def stored_signature(actor: Actor, upload: UploadedFile | None, *, at: str) -> StoredFile | None:
    """A hand-written signature, kept; None for none. Raises InvalidInput at the form's field ``at``."""
    if upload is None:
        return None
    try:
        return store(actor=actor, upload=upload, accepts=("image", "pdf"))
    except InvalidInput as error:
        raise InvalidInput({at: error.errors["file"]}) from error


def show_at_fields(form: CommitmentForm, refused: Mapping[str, Sequence[Any]]) -> None:
    """Put what the service refused at the fields of the signature, instead of a form's own words for the same."""
    for field, texts in refused.items():
        if field in form.fields:
            form.errors[field] = form.error_class([str(text) for text in texts])
