"""Giving and revoking mandates (代办委托)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now, today
from enterprises import mandate_ends, papers, rules
from enterprises.models import Enterprise, Mandate, Membership
from enterprises.selectors import agents
from enterprises.services.acting import confirm_actor
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many

LONGEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Terms:
    """Agent, scope and period, as 民法典 art. 165 asks of a written mandate."""

    agent: User
    starts_on: date
    ends_on: date
    matters: tuple[str, ...] = ()
    may_declare: bool = True
    note: str = ""


@transaction.atomic
def grant_mandate(*, actor: Actor, enterprise: Enterprise, terms: Terms) -> Mandate:
    """The owner lets an agent act for the enterprise; in force from ``starts_on`` to ``ends_on``, both included.

    Raises InvalidInput at the field: not an agent, period wrong, or overlapping another mandate
    of this agent.
    """
    if actor.user is None or not rules.can_grant_mandate(actor.user, enterprise):
        raise NotAllowed(_("Only the owner of the enterprise gives mandates."))
    confirm_actor(actor, enterprise)
    _check(terms)
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                enterprise=enterprise,
                agent=terms.agent,
                matters=list(terms.matters),
                may_declare=terms.may_declare,
                starts_on=terms.starts_on,
                ends_on=terms.ends_on,
                note=terms.note,
                granted_by=actor.user,
                granted_at=now(),
            )
    except IntegrityError as error:
        raise InvalidInput(
            {"agent": _("This agent already has a mandate in this period. Revoke it first, or choose other dates.")}
        ) from error
    _record(actor, mandate, "mandate.granted")
    _tell(mandate, "mandate.granted", [terms.agent.pk])
    papers.issue_mandate(mandate, actor=actor)
    return mandate


@transaction.atomic
def revoke_mandate(*, actor: Actor, mandate: Mandate, reason: str) -> Mandate:
    """End a mandate at once (any member), or lay it down (the agent).

    Acts under the mandate that have begun are finished first; every later one is refused,
    also from pages that are already open. Raises Stale when it was revoked before.
    """
    locked = Mandate.objects.select_for_update(no_key=True, of=("self",)).select_related("enterprise", "agent")
    fresh = locked.get(pk=mandate.pk)
    if actor.user is None or not rules.can_revoke_mandate(actor.user, fresh):
        raise NotAllowed
    if fresh.revoked_at is not None:
        raise Stale(_("This mandate has already been revoked."))
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it is kept with the mandate.")})
    fresh.revoked_at = now()
    fresh.revoked_by = actor.user
    fresh.revoke_reason = reason.strip()
    fresh.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    _record(actor, fresh, "mandate.revoked", reason=fresh.revoke_reason)
    owners = fresh.enterprise.memberships.active().filter(role=Membership.RoleInFirm.OWNER)
    told = {fresh.agent_id, *owners.values_list("user_id", flat=True)} - {actor.user.pk}
    _tell(fresh, "mandate.revoked", sorted(told))
    papers.revoke_mandate_paper(fresh, actor=actor)
    mandate_ends.announce(fresh, actor)
    return fresh


def _check(terms: Terms) -> None:
    errors: dict[str, list[object]] = {}
    if not agents().filter(pk=terms.agent.pk).exists():
        errors["agent"] = [_("This person holds no agent's post.")]
    if terms.starts_on < today():
        errors["starts_on"] = [_("A mandate cannot begin in the past.")]
    if terms.ends_on < terms.starts_on:
        errors["ends_on"] = [_("The last day lies before the first.")]
    elif terms.ends_on - terms.starts_on > LONGEST:
        errors["ends_on"] = [_("Give a mandate for at most five years.")]
    if errors:
        raise InvalidInput(errors)


def _record(actor: Actor, mandate: Mandate, act: str, **data: object) -> None:
    # On the mandate, and on the enterprise, whose timeline shows who could act for it and when.
    told = {
        "mandate": mandate.pk,
        "agent": mandate.agent_id,
        "name": str(mandate.agent),
        "matters": mandate.matters,
        "may_declare": mandate.may_declare,
        "starts_on": mandate.starts_on.isoformat(),
        "ends_on": mandate.ends_on.isoformat(),
        **data,
    }
    record_many(actor=actor, records=[Record(mandate, act, told), Record(mandate.enterprise, act, told)])


def _tell(mandate: Mandate, template: str, recipients: Iterable[int]) -> None:
    params = {
        "enterprise": mandate.enterprise.name,
        "agent": str(mandate.agent),
        "reason": mandate.revoke_reason or "–",
        "until": mandate.ends_on.isoformat(),
    }
    link = reverse("enterprises:mandate", args=[mandate.pk])
    notify_many([Notice(list(recipients), template, params, link)])
