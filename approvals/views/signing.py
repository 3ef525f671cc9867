"""The signature under a commitment as a page sends it."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.actors import Actor
from approvals.forms.deferring import CommitmentForm, WindowCommitmentForm
from approvals.services import Signature
from approvals.services.deferring.signing import at_window
from common.errors import InvalidInput
from files.services import store


def commitment_form(actor: Actor, *data: Any) -> CommitmentForm:
    """Name and tick; at the window a hand-written signature besides."""
    return WindowCommitmentForm(*data) if at_window(actor) else CommitmentForm(*data)


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
    paper = None
    if isinstance(form, WindowCommitmentForm) and (upload := form.upload()):
        try:
            paper = store(actor=actor, upload=upload, accepts=("image", "pdf"))
        except InvalidInput as error:
            raise InvalidInput({"signature": error.errors["file"]}) from error
    return Signature(sent.get("signer", ""), bool(sent.get("agreed")), form.data["seen_text"], paper)


def show_at_fields(form: CommitmentForm, refused: Mapping[str, Sequence[Any]]) -> None:
    """Put what the service refused at the fields of the signature, instead of a form's own words for the same."""
    for field, texts in refused.items():
        if field in form.fields:
            form.errors[field] = form.error_class([str(text) for text in texts])
