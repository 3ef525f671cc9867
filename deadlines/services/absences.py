"""Entering, cancelling and ending absences; who can stand in for whom."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Absence, Post, User
from accounts.rules import may_enter_absence
from common.display import short_date
from common.errors import InvalidInput, NotAllowed, Stale
from common.tasks import enqueue
from common.time import now, today
from ledger.services import record
from notifications.services import Notice, notify_many

STAND_IN = "deadlines.stand_in"
NOTE_LENGTH = 200


@transaction.atomic
def enter_absence(
    *, actor: Actor, user: User, substitute: User, starts_on: date, ends_on: date, kind: str, note: str = ""
) -> Absence:
    """Note that ``user`` is away from ``starts_on`` to ``ends_on`` (inclusive) and ``substitute`` stands in.

    Duties pass over on the first day, at once when that is today. Raises InvalidInput at the field:
    the substitute must hold every post that the person holds (a B post is enough) and be there all
    the time; the person must not be standing in for somebody away in these days.
    """
    _authorise(actor, user)
    # Both, in one order: two people who name each other at once must not both be let go.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[user.pk, substitute.pk]).order_by("pk"))
    errors: dict[str, list[Any]] = {
        "user": _against_person(user, starts_on, ends_on),
        "substitute": _against_substitute(user, substitute, starts_on, ends_on),
        "starts_on": [_("An absence begins today or later.")] if starts_on < today() else [],
        "ends_on": [_("The last day lies before the first.")] if ends_on < starts_on else [],
        "kind": [] if kind in Absence.Kind.values else [_("Choose the kind of absence.")],
        "note": [_("At most %(most)s characters.") % {"most": NOTE_LENGTH}] if len(note.strip()) > NOTE_LENGTH else [],
    }
    if any(errors.values()):
        raise InvalidInput({field: texts for field, texts in errors.items() if texts})
    absence = Absence.objects.create(
        user=user, substitute=substitute, starts_on=starts_on, ends_on=ends_on, kind=kind, note=note.strip(),
        entered_by=actor.person, entered_at=now(),
    )  # fmt: skip
    _record(actor, absence, "absence.entered")
    _tell(actor, absence, "absence.entered")
    if starts_on == today():
        enqueue(STAND_IN)
    return absence


@transaction.atomic
def cancel_absence(*, actor: Actor, absence: Absence) -> Absence:
    """Take an absence back, begun or not; what the substitute still has of it goes back. Stale when it is over."""
    locked = _lock(actor, absence)
    if not locked.may_be_cancelled:
        raise Stale
    locked.cancelled_at = now()
    locked.save(update_fields=["cancelled_at"])
    _record(actor, locked, "absence.cancelled")
    _tell(actor, locked, "absence.cancelled")
    enqueue(STAND_IN)
    return locked


@transaction.atomic
def end_absence_early(*, actor: Actor, absence: Absence) -> Absence:
    """The person is back: the absence ends now, today becomes its last day. Stale when it is not in force."""
    locked = _lock(actor, absence)
    if not locked.may_be_ended:
        raise Stale
    locked.ends_on, locked.ended_at = today(), now()
    locked.save(update_fields=["ends_on", "ended_at"])
    _record(actor, locked, "absence.ended")
    _tell(actor, locked, "absence.ended")
    enqueue(STAND_IN)
    return locked


def possible_substitutes(user: User) -> QuerySet[User]:
    """Who holds every post that ``user`` holds today, A or B; nobody where ``user`` holds none."""
    wanted = {(post.role, post.department_id) for post in user.current_posts}
    held: dict[int, set[tuple[str, int]]] = {}
    posts = Post.objects.current().filter(_any_of(wanted)).exclude(user=user) if wanted else Post.objects.none()
    for user_id, role, department_id in posts.values_list("user_id", "role", "department_id"):
        held.setdefault(user_id, set()).add((role, department_id))
    fitting = [user_id for user_id, pairs in held.items() if pairs == wanted]
    return User.objects.filter(pk__in=fitting, is_active=True).order_by("name", "pk")


def _any_of(pairs: set[tuple[str, int]]) -> Q:
    fits = Q()
    for role, department_id in sorted(pairs):
        fits |= Q(role=role, department_id=department_id)
    return fits


def _authorise(actor: Actor, person: User) -> None:
    if actor.user is None or not may_enter_absence.test(actor.user, person):
        raise NotAllowed


def _lock(actor: Actor, absence: Absence) -> Absence:
    rows = Absence.objects.select_for_update(of=("self",)).select_related("user", "substitute")
    locked = rows.get(pk=absence.pk)
    _authorise(actor, locked.user)
    return locked


def _against_person(user: User, starts_on: date, ends_on: date) -> list[Any]:
    found: list[Any] = []
    if not user.current_posts:
        found.append(_("%(name)s holds no post, so there is nothing to take over.") % {"name": user})
    touching = Absence.objects.touching(starts_on, ends_on).select_related("user")
    for other in touching.filter(user=user):
        text = _("%(name)s is absent already from %(first)s to %(last)s.")
        found.append(text % {"name": user, **_period(other)})
    for other in touching.filter(substitute=user):
        text = _("%(name)s stands in for %(other)s from %(first)s to %(last)s. Name somebody else there first.")
        found.append(text % {"name": user, "other": other.user, **_period(other)})
    return found


def _against_substitute(user: User, substitute: User, starts_on: date, ends_on: date) -> list[Any]:
    name = {"name": substitute}
    if substitute.pk == user.pk:
        return [_("Nobody stands in for themselves.")]
    if not substitute.is_active:
        return [_("The account of %(name)s is closed.") % name]
    found: list[Any] = []
    lasting = Post.objects.current().filter(Q(ends_on=None) | Q(ends_on__gte=ends_on), user=substitute)
    held = set(lasting.values_list("role", "department_id"))
    for post in user.current_posts:
        if (post.role, post.department_id) not in held:
            text = _("%(name)s does not hold the post %(post)s, which must be covered.")
            covered = f"{post.department.label} · {post.get_role_display()}"
            found.append(text % {**name, "post": covered})
    away = _("%(name)s is absent from %(first)s to %(last)s.")
    touching = Absence.objects.touching(starts_on, ends_on).filter(user=substitute)
    return [*found, *(away % {**name, **_period(other)} for other in touching)]


def _period(absence: Absence) -> dict[str, str]:
    return {"first": short_date(absence.starts_on), "last": short_date(absence.ends_on)}


def _record(actor: Actor, absence: Absence, act: str) -> None:
    """Without the kind: why somebody is away is nobody's business on a ledger."""
    data = {
        "user": absence.user_id,
        "substitute": absence.substitute_id,
        "starts_on": absence.starts_on.isoformat(),
        "ends_on": absence.ends_on.isoformat(),
    }
    record(actor=actor, subject=absence, act=act, data=data)


def _tell(actor: Actor, absence: Absence, template: str) -> None:
    """The substitute, and the person when somebody else did it."""
    params = {"person": str(absence.user), "substitute": str(absence.substitute), **_period(absence)}
    told: Sequence[int] = [one for one in (absence.substitute_id, absence.user_id) if one != actor.user_id]
    notify_many([Notice(told, template, params, "/deadlines/absences/")])
