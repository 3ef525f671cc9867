"""The signature under a commitment, and the gaps that it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.gaps import Promise
from approvals.models import Application, Case, CaseMaterial, Commitment, Deferral
from approvals.papers.deferral import issue_commitment
from approvals.services.deferring.marking import refuse_barred
from common.errors import InvalidInput, Stale
from files.models import StoredFile
from ledger.services import Record, record_many


@dataclass(frozen=True, slots=True)
class Signature:
    """What one does to sign: types one's name and ticks; at the window one signs by hand besides.

    ``seen`` is ``Promise.digest`` of the words that the page showed.
    """

    name: str
    agreed: bool
    seen: str
    paper: StoredFile | None = None


def sign_commitment(
    *, actor: Actor, application: Application, promise: Promise | None, signature: Signature | None, at: datetime
) -> Commitment | None:
    """Keep the words of ``promise`` as signed; called inside the act that needs them, under its locks.

    None where nothing is promised. Raises InvalidInput at ``signer``, ``agreed`` and ``signature``, Stale
    when other words were shown, NotAllowed for a firm that is barred.
    """
    if promise is None:
        return None
    refuse_barred(application.enterprise_id)
    signature = signature or Signature("", agreed=False, seen=promise.digest)
    _refuse_unsigned(actor, signature)
    if signature.seen != promise.digest:
        raise Stale(_("The commitment has changed since you opened the page. Read it again, then sign."))
    return Commitment.objects.create(
        application=application,
        kind=Commitment.Kind.DEFERRAL,
        text=promise.text,
        signer=signature.name.strip(),
        signed_by=actor.person,
        on_behalf_of=actor.on_behalf_of,
        signed_at=at,
        signature=signature.paper,
    )


def _refuse_unsigned(actor: Actor, signature: Signature) -> None:
    errors: dict[str, Any] = {}
    name = "".join(signature.name.split())
    own = "".join(actor.person.name.split())
    if not name:
        errors["signer"] = _("Sign the commitment: type your name.")
    elif not actor.at_window and own and name != own:
        errors["signer"] = _("Type your own name as it stands in your account: %(name)s.") % {"name": actor.person.name}
    if not signature.agreed:
        errors["agreed"] = _("Tick that you have read the commitment and agree to it.")
    if actor.at_window and signature.paper is None:
        errors["signature"] = _("A signature is needed: draw it or upload the signed commitment.")
    if errors:
        raise InvalidInput(errors)


def open_deferrals(
    *, actor: Actor, commitment: Commitment | None, cases: Sequence[Case], promise: Promise | None, at: datetime
) -> list[Deferral]:
    """One gap for each case and paper, and for each certificate that follows; the paper of the commitment is issued.

    [] where nothing was promised, and so nothing signed. A constant number of statements, however many cases.
    """
    if promise is None or commitment is None:
        return []
    by_code = {case.matter.code: case for case in cases}
    # A paper that only a leader lets follow (特事特办) has no rule of its matter: its certificate waits.
    uses = (
        CaseMaterial.objects.filter(case__in=cases, material__in=list(promise.days), required=True, secondary=True)
        .order_by("case_id", "id")
        .values_list("id", "case_id", "material_id", "case__version__content__deferral__hold")
    )
    deferrals = [
        Deferral(
            case_id=case,
            material_id=use,
            commitment=commitment,
            hold=hold is None or bool(hold),
            promised_on=promise.days[material],
        )
        for use, case, material, hold in uses
    ]
    deferrals += [
        # Issued without it, a permit would stand on nothing: a certificate always holds.
        Deferral(case=by_code[one.code], prerequisite=one.prerequisite, commitment=commitment, hold=True)
        for one in promise.certificates
    ]
    Deferral.objects.bulk_create(deferrals)
    _put_on_record(actor, cases, promise, deferrals, at)
    commitment.document = issue_commitment(actor=actor, commitment=commitment, cases=cases)
    commitment.save(update_fields=["document"])
    return deferrals


def _put_on_record(
    actor: Actor, cases: Sequence[Case], promise: Promise, deferrals: Sequence[Deferral], at: datetime
) -> None:
    count: dict[int, int] = {}
    for row in deferrals:
        count[row.case_id] = count.get(row.case_id, 0) + 1
    data = {
        "papers": [{"name": one.name, "until": one.until.isoformat()} for one in promise.papers],
        "certificates": [one.prerequisite for one in promise.certificates],
        "digest": promise.digest,
    }
    touched = [Record(case, "case.deferral_signed", data) for case in cases if case.pk in count]
    record_many(actor=actor, at=at, records=touched)
