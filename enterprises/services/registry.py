"""Bringing an enterprise into the hall and keeping its details."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now
from enterprises import rules
from enterprises.credit_code import clean_credit_code
from enterprises.models import Enterprise, Membership, Tier
from enterprises.services.members import ask_to_join
from ledger.services import record


@dataclass(frozen=True, slots=True)
class Details:
    """What the licence says about an enterprise, and how to reach it."""

    name: str
    legal_representative: str
    industry: str = ""
    address: str = ""
    phone: str = ""
    is_foreign: bool = False


def claim_enterprise(*, actor: Actor, credit_code: str, details: Details | None = None, note: str = "") -> Membership:
    """An investor claims the enterprise with this code.

    Unknown to the hall: it is registered with ``details`` and the claimer owns it. Known: a
    request to join is left for its owner, or for the window where nobody owns it yet, with ``note``.
    Raises InvalidInput at ``credit_code``; Stale when somebody registered it in between.
    """
    if actor.user is None or not rules.can_claim(actor.user):
        raise NotAllowed(_("Only investors claim an enterprise; staff of the hall do not."))
    code = _clean(credit_code)
    with transaction.atomic():
        if details is None:
            return ask_to_join(actor=actor, credit_code=code, note=note)
        enterprise = _create(code, details)
        membership = Membership.objects.create(
            enterprise=enterprise,
            user=actor.user,
            role=Membership.RoleInFirm.OWNER,
            status=Membership.Status.ACTIVE,
            created_at=now(),
        )
        record(
            actor=actor,
            subject=enterprise,
            act="enterprise.registered",
            data={"credit_code": code, "name": enterprise.name, "owner": actor.user_id},
        )
        return membership


def register_enterprise(*, actor: Actor, credit_code: str, details: Details) -> Enterprise:
    """A window clerk enters the enterprise of a walk-in; it has no owner yet.

    Raises InvalidInput at ``credit_code`` when the code is wrong or already registered.
    """
    if actor.user is None or not rules.can_register(actor.user):
        raise NotAllowed
    code = _clean(credit_code)
    with transaction.atomic():
        enterprise = _create(code, details)
        record(
            actor=actor,
            subject=enterprise,
            act="enterprise.registered",
            data={"credit_code": code, "name": enterprise.name},
        )
        return enterprise


def edit_enterprise(*, actor: Actor, enterprise: Enterprise, details: Details, tier: str | None = None) -> Enterprise:
    """Change the details (owner, clerk) and the tier (staff; None leaves it); the code never changes.

    The ledger keeps each changed field with its old and new value; nothing changed, nothing written.
    """
    if actor.user is None or not (rules.can_edit(actor.user, enterprise) or rules.can_set_tier(actor.user)):
        raise NotAllowed
    wanted: dict[str, Any] = asdict(details) if rules.can_edit(actor.user, enterprise) else {}
    if tier is not None:
        if tier not in Tier.values or not rules.can_set_tier(actor.user):
            raise NotAllowed
        wanted["tier"] = tier
    with transaction.atomic():
        locked = Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
        changes = {
            field: [getattr(locked, field), value] for field, value in wanted.items() if getattr(locked, field) != value
        }
        if not changes:
            return locked
        for field, (_old, value) in changes.items():
            setattr(locked, field, value)
        locked.save(update_fields=list(changes))
        record(actor=actor, subject=locked, act="enterprise.edited", data={"changes": changes})
        return locked


def _clean(credit_code: str) -> str:
    try:
        return clean_credit_code(credit_code)
    except ValidationError as error:
        raise InvalidInput({"credit_code": error.messages}) from error


def _create(code: str, details: Details) -> Enterprise:
    for field in ("name", "legal_representative"):
        if not getattr(details, field).strip():
            raise InvalidInput({field: _("This field is required.")})
    try:
        with transaction.atomic():
            return Enterprise.objects.create(credit_code=code, created_at=now(), **asdict(details))
    except IntegrityError as error:
        raise Stale(
            _("Somebody has just registered the enterprise with this code. You can ask to join it."),
            code="already_registered",
            field="credit_code",
        ) from error
