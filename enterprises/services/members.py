"""Coming into an enterprise and leaving it. Every write locks the enterprise first, so two of them queue."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role, User
from common.errors import InvalidInput, NotAllowed
from common.time import now
from deadlines.models import Clock, ClockKind
from deadlines.services import ClockSpec, arm, cancel_many, finish_many
from enterprises import rules
from enterprises.models import Enterprise, Membership
from enterprises.transitions import MEMBERSHIP
from ledger.services import record
from notifications.services import notify

# The hall's own promise: one working day of eight hours, counted from the minute of the claim.
CLAIM_HOURS = 8
OWNER = Membership.RoleInFirm.OWNER
MEMBER = Membership.RoleInFirm.MEMBER


def ask_to_join(*, actor: Actor, credit_code: str, note: str = "") -> Membership:
    """Leave a request with the owners of a registered enterprise, or with the window where it has none.

    An enterprise without an owner was entered by the hall; whoever comes first becomes its owner
    once a clerk has compared the business licence (ADR on claiming). Call it in a transaction.
    """
    user = _person(actor)
    enterprise = Enterprise.objects.select_for_update(no_key=True).filter(credit_code=credit_code).first()
    if enterprise is None:
        raise InvalidInput({"credit_code": _("No enterprise with this code is registered here.")})
    mine = enterprise.memberships.filter(user=user, status__in=["pending", "active"]).first()
    if mine is not None:
        text = (
            _("You already belong to this enterprise.")
            if mine.status == Membership.Status.ACTIVE
            else _("You have already asked to join this enterprise; the answer is still to come.")
        )
        raise InvalidInput({"credit_code": text})
    owners = list(enterprise.memberships.active().filter(role=OWNER).values_list("user_id", flat=True))
    membership = Membership.objects.create(
        enterprise=enterprise,
        user=user,
        role=MEMBER if owners else OWNER,
        status=Membership.Status.PENDING,
        reason=note,
        created_at=now(),
    )
    if not owners:
        _start_clock(actor, membership)
    record(actor=actor, subject=enterprise, act="membership.requested", data=_told(membership, note))
    notify(
        recipients=owners or list(_clerks()),
        template="membership.requested",
        params={"person": str(user), "enterprise": enterprise.name, "note": note or "–"},
        link=reverse("enterprises:members", args=[enterprise.pk]),
    )
    return membership


@transaction.atomic
def approve_member(*, actor: Actor, membership: Membership) -> Membership:
    """Let somebody in (owner; window clerk). Raises TransitionNotAllowed when already decided."""
    return _decide(actor, membership, "approve")


@transaction.atomic
def reject_member(*, actor: Actor, membership: Membership, reason: str) -> Membership:
    """Turn a request down, with a reason that the person reads."""
    return _decide(actor, membership, "reject", _reason(reason))


@transaction.atomic
def leave_enterprise(*, actor: Actor, membership: Membership) -> Membership:
    """Go, or take one's request back. The last owner hands over first."""
    enterprise, locked = _lock(membership)
    if locked.user_id != actor.user_id:
        raise NotAllowed
    if _is_last_owner(enterprise, locked):
        raise NotAllowed(_("You are the only owner. Hand the enterprise over to another member first."))
    return _write(actor, enterprise, locked, "leave")


@transaction.atomic
def remove_member(*, actor: Actor, membership: Membership, reason: str) -> Membership:
    """Put somebody out (owner; window clerk), with a reason; takes effect at once."""
    enterprise, locked = _lock(membership)
    _may_decide(actor, enterprise)
    if _is_last_owner(enterprise, locked):
        raise NotAllowed(_("An enterprise needs an owner. Make another member the owner first."))
    removed = _write(actor, enterprise, locked, "remove", _reason(reason))
    _tell(removed, "membership.removed", reason)
    return removed


@transaction.atomic
def hand_over(*, actor: Actor, membership: Membership) -> Membership:
    """Make another active member the owner; every owner until now becomes a member."""
    enterprise, locked = _lock(membership)
    _may_decide(actor, enterprise)
    if locked.status != Membership.Status.ACTIVE or locked.role == OWNER:
        raise InvalidInput({"membership": _("Choose an active member who is not the owner.")})
    before = list(enterprise.memberships.active().filter(role=OWNER).values_list("user_id", flat=True))
    enterprise.memberships.active().filter(role=OWNER).update(role=MEMBER)
    locked.role = OWNER
    locked.save(update_fields=["role"])
    record(actor=actor, subject=enterprise, act="membership.handed_over", data=_told(locked) | {"from": before})
    _tell(locked, "membership.handed_over")
    return locked


def _start_clock(actor: Actor, membership: Membership) -> None:
    enterprise = membership.enterprise
    membership.clock = arm(
        spec=ClockSpec(
            kind=ClockKind.MEMBERSHIP,
            subject=("enterprises.enterprise", enterprise.pk),
            title=f"{enterprise.name} {membership.user}",
            link=reverse("enterprises:members", args=[enterprise.pk]),
            role=Role.CLERK,
            unit=Clock.Unit.WORKHOUR,
            promised=CLAIM_HOURS,
        ),
        actor=actor,
    )
    membership.save(update_fields=["clock"])


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise NotAllowed
    return actor.user


def _may_decide(actor: Actor, enterprise: Enterprise) -> None:
    if not rules.can_decide_members(_person(actor), enterprise):
        raise NotAllowed(_("Only the owner of the enterprise or the window decides on its members."))


def _lock(membership: Membership) -> tuple[Enterprise, Membership]:
    """The enterprise, locked, and the membership read again after that."""
    enterprise = Enterprise.objects.select_for_update(no_key=True).get(pk=membership.enterprise_id)
    return enterprise, Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)


def _decide(actor: Actor, membership: Membership, act: str, reason: str = "") -> Membership:
    enterprise, locked = _lock(membership)
    _may_decide(actor, enterprise)
    decided = _write(actor, enterprise, locked, act, reason)
    _tell(decided, f"membership.{PAST[act]}", reason)
    return decided


def _write(actor: Actor, enterprise: Enterprise, locked: Membership, act: str, reason: str = "") -> Membership:
    locked.status = MEMBERSHIP.next(Membership.Status(locked.status), act)
    locked.decided_by = actor.user
    locked.decided_at = now()
    locked.save(update_fields=["status", "decided_by", "decided_at"])
    if locked.clock_id:
        # Whoever takes the request back leaves the window nothing to do.
        (cancel_many if act == "leave" else finish_many)(clock_ids=[locked.clock_id])
    locked.enterprise = enterprise
    record(actor=actor, subject=enterprise, act=f"membership.{PAST[act]}", data=_told(locked, reason))
    return locked


PAST = {"approve": "approved", "reject": "rejected", "leave": "left", "remove": "removed"}


def _is_last_owner(enterprise: Enterprise, membership: Membership) -> bool:
    if membership.role != OWNER or membership.status != Membership.Status.ACTIVE:
        return False
    return not enterprise.memberships.active().filter(role=OWNER).exclude(pk=membership.pk).exists()


def _reason(text: str) -> str:
    if not text.strip():
        raise InvalidInput({"reason": _("Give the reason; the person concerned reads it.")})
    return text.strip()


def _told(membership: Membership, reason: str = "") -> dict[str, object]:
    told: dict[str, object] = {
        "membership": membership.pk,
        "person": membership.user_id,
        "name": str(membership.user),
        "role": membership.role,
    }
    return told | {"reason": reason} if reason else told


def _tell(membership: Membership, template: str, reason: str = "") -> None:
    notify(
        recipients=[membership.user_id],
        template=template,
        params={"enterprise": membership.enterprise.name, "reason": reason or "–"},
        link=reverse("enterprises:index"),
    )


def _clerks() -> list[int]:
    posts = Post.objects.current().with_role(Role.CLERK).filter(is_substitute=False)
    return list(posts.order_by("user_id").values_list("user_id", flat=True).distinct())
