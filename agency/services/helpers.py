"""Joining agents of departments and of the sub-district to a mandate (1+1+N), and letting them go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department, Post, User
from agency import rules
from agency.models import MandateHelper
from agency.services.locking import agent_post, share_mandate
from agency.services.telling import members_of
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now, today
from enterprises.models import ANY, Mandate
from enterprises.selectors import explain_mandate
from enterprises.services import confirm_actor
from ledger.services import record
from notifications.services import Notice, notify_many


@dataclass(frozen=True, slots=True)
class Joining:
    """Who helps, until when, and what for."""

    user: User
    ends_on: date
    why: str
    starts_on: date | None = None


@transaction.atomic
def join_helper(*, actor: Actor, mandate: Mandate, joining: Joining) -> MandateHelper:
    """The lead agent, or his head, joins an agent to the mandate; the enterprise is told and can remove him.

    Raises InvalidInput at the field: no agent, the lead agent himself, a period beyond the mandate's, joined already,
    a second one of a sub-district.
    """
    shared = share_mandate(mandate.pk)
    if actor.user is None or not rules.may_join_helpers.test(actor.user, shared):
        raise NotAllowed(_("Helpers are joined by the agent or his head."))
    if actor.mandate_id is not None:
        confirm_actor(actor, shared.enterprise, ANY)
    elif not shared.is_valid:
        raise explain_mandate(shared, ANY)
    post = agent_post(joining.user.pk)
    starts_on = joining.starts_on or today()
    _check(shared, joining, post, starts_on)
    assert post is not None
    try:
        with transaction.atomic():
            helper = MandateHelper.objects.create(
                mandate=shared,
                user=joining.user,
                department=post.department,
                of_street=post.department.kind == Department.Kind.STREET,
                starts_on=starts_on,
                ends_on=joining.ends_on,
                why=joining.why.strip(),
                added_by=actor.user,
                added_at=now(),
            )
    except IntegrityError as error:
        raise InvalidInput({"user": _taken(error)}) from error
    _record(actor, helper, "helper.joined", why=helper.why, until=helper.ends_on.isoformat())
    _tell(helper, "helper.joined", {helper.user_id, *members_of(shared)} - {actor.user_id}, why=helper.why)
    return helper


@transaction.atomic
def remove_helper(*, actor: Actor, helper: MandateHelper, reason: str) -> MandateHelper:
    """End the help at once: any member of the firm, the agent, his head, or the helper himself."""
    locked = (
        MandateHelper.objects.select_for_update(of=("self",), no_key=True)
        .select_related("mandate__enterprise", "mandate__agent", "user", "department")
        .get(pk=helper.pk)
    )
    if actor.user is None or not may_remove(actor.user, locked):
        raise NotAllowed
    if locked.removed_at is not None:
        raise Stale(_("This helper has been removed already."))
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})
    locked.removed_at, locked.removed_by, locked.remove_reason = now(), actor.user, reason.strip()
    locked.save(update_fields=["removed_at", "removed_by", "remove_reason"])
    _record(actor, locked, "helper.removed", reason=locked.remove_reason)
    told = {locked.user_id, locked.mandate.agent_id, *members_of(locked.mandate)} - {actor.user_id}
    _tell(locked, "helper.removed", told, reason=locked.remove_reason)
    return locked


def may_remove(user: User, helper: MandateHelper) -> bool:
    """Whoever is concerned; the enterprise needs no reason but its own."""
    mandate = helper.mandate
    return bool(
        rules.is_helper.test(user, helper)
        or rules.may_open.test(user, mandate)
        or rules.may_join_helpers.test(user, mandate)
    )


def _check(mandate: Mandate, joining: Joining, post: Post | None, starts_on: date) -> None:
    errors: dict[str, object] = {}
    if post is None:
        errors["user"] = _("This person holds no agent's post.")
    elif joining.user.pk == mandate.agent_id:
        errors["user"] = _("The agent himself needs no joining.")
    if joining.ends_on < max(starts_on, today()):
        errors["ends_on"] = _("Choose today or a day to come.")
    elif joining.ends_on > mandate.ends_on:
        errors["ends_on"] = _("Help ends with the mandate at the latest.")
    if not joining.why.strip():
        errors["why"] = _("Say what the helper is needed for; the enterprise reads it.")
    if errors:
        raise InvalidInput(errors)


def _taken(error: IntegrityError) -> object:
    if "one_street_helper" in str(error):
        return _("An agent of a sub-district helps already. Remove him first.")
    return _("This agent helps already in this period.")


def _record(actor: Actor, helper: MandateHelper, act: str, **data: object) -> None:
    told = {"user": helper.user_id, "name": str(helper.user), "department": helper.department_id, **data}
    record(actor=actor, subject=helper.mandate, act=act, data=told)


def _tell(helper: MandateHelper, template: str, recipients: Iterable[int | None], **params: object) -> None:
    told = {
        "helper": str(helper.user), "department": helper.department.name, "agent": str(helper.mandate.agent),
        "enterprise": helper.mandate.enterprise.name, "until": helper.ends_on.isoformat(), **params,
    }  # fmt: skip
    people = sorted({one for one in recipients if one is not None})
    outside = [one for one in people if one != helper.user_id]
    link = reverse("agency:helpers", args=[helper.mandate_id])
    notify_many([
        Notice(outside, template, told, link),
        # A helper may have lost sight of the mandate with this very act.
        Notice([one for one in people if one == helper.user_id], template, told, reverse("agency:orders")),
    ])  # fmt: skip
