"""Forming a service team: appointing to an office, handing it over, taking members in and letting them go."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department, Post, User
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now
from ledger.services import Record, record, record_many
from notifications.services import Notice, notify_many
from projects import rules_key
from projects.models import KeyProject, Seat, TeamMember
from projects.services.duties import pass_on
from projects.services.vacancies import fill_vacancy, open_vacancies


@transaction.atomic
def appoint(*, actor: Actor, key: KeyProject, seat: str, user: User, reason: str = "") -> TeamMember:
    """Put somebody in one of the three offices; whoever held it leaves it in the same moment, with a reason.

    All open duties of the office are the new holder's at once. Raises InvalidInput at "user" for
    somebody without a fitting post or with another office in this team, NotAllowed.
    """
    locked = _lock(key)
    if not rules_key.appoints.test(actor.person):
        raise NotAllowed(_("The director or a leader forms the service team."))
    before = TeamMember.objects.current().filter(key=locked, seat=seat).select_related("user").first()
    if before is not None and before.user_id == user.pk:
        return before
    if before is not None and not reason.strip():
        raise InvalidInput({"reason": _("Somebody holds this office: give the reason for the change.")})
    if before is not None:
        _end(before, reason)
    made = _seat(locked, seat, user, actor, predecessor=before)
    _settle(locked, made, actor=actor, act="team.appointed", note=reason)
    return made


@transaction.atomic
def hand_over_seat(*, actor: Actor, member: TeamMember, successor: User, note: str) -> TeamMember:
    """The holder of an office gives it to a successor with a note; open duties pass over at once.

    The successor says later that he has received it (receive_seat). Raises InvalidInput by field.
    """
    locked = _lock(member.key)
    row = _open_seat(member)
    if row.seat == Seat.MEMBER:
        raise TransitionNotAllowed(_("Only an office is handed over; a member just leaves."))
    if row.user_id != actor.person.pk and not rules_key.appoints.test(actor.person):
        raise NotAllowed(_("An office is handed over by who holds it, or by the director or a leader."))
    if not note.strip():
        raise InvalidInput({"note": _("Write down for your successor how things stand.")})
    if successor.pk == row.user_id:
        raise InvalidInput({"successor": _("Choose somebody else.")})
    _end(row, "")
    try:
        made = _seat(locked, row.seat, successor, actor, predecessor=row, note=note)
    except InvalidInput as error:
        raise InvalidInput({"successor": error.errors["user"]}) from error
    _settle(locked, made, actor=actor, act="team.handed_over", note=note)
    return made


@transaction.atomic
def receive_seat(*, actor: Actor, member: TeamMember) -> TeamMember:
    """The successor says that he has received what was handed over; a second time changes nothing."""
    row = TeamMember.objects.select_for_update(of=("self",)).select_related("key__project", "user").get(pk=member.pk)
    if row.user_id != actor.person.pk:
        raise NotAllowed
    if row.received_at is None:
        row.received_at = now()
        row.save(update_fields=["received_at"])
        record(actor=actor, subject=row.key, act="team.received", data={"note": str(row), "seat": row.seat})
        if row.predecessor is not None:
            told = Notice([row.predecessor.user_id], "team.received", _params(row), _link(row.key))
            notify_many([told])
    return row


@transaction.atomic
def vacate(*, actor: Actor, member: TeamMember, reason: str) -> TeamMember:
    """Leave an office without a successor: its duties go to the next one above, and the director has to fill it."""
    locked = _lock(member.key)
    row = _open_seat(member)
    if actor.user is not None and row.user_id != actor.user.pk and not rules_key.appoints.test(actor.user):
        raise NotAllowed
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})
    _end(row, reason)
    data = {"reason": f"{row} · {reason.strip()}", "seat": row.seat, "user": row.user_id}
    record(actor=actor, subject=locked, act="team.vacated", data=data)
    if row.seat != Seat.MEMBER:
        pass_on(key=locked, note=str(reason))
        if locked.is_confirmed:
            open_vacancies(actor=actor, keys=[locked])
    return row


@transaction.atomic
def add_member(*, actor: Actor, key: KeyProject, user: User, department: Department | None = None) -> TeamMember:
    """Take somebody of a department or sub-district into the team."""
    locked = _lock(key)
    if not rules_key.leads_team.test(actor.person, locked):
        raise NotAllowed
    try:
        with transaction.atomic():
            made = _seat(locked, Seat.MEMBER, user, actor, department=department)
    except IntegrityError as error:
        raise InvalidInput({"user": _("This person is in the team already.")}) from error
    _tell_joined(locked, made, actor, "team.joined", "")
    return made


@transaction.atomic
def remove_member(*, actor: Actor, member: TeamMember, reason: str = "") -> TeamMember:
    """Let a member go; what he was asked to work on stays with its owner."""
    locked = _lock(member.key)
    row = _open_seat(member)
    if row.seat != Seat.MEMBER:
        raise TransitionNotAllowed(_("An office is handed over or vacated."))
    if row.user_id != actor.person.pk and not rules_key.leads_team.test(actor.person, locked):
        raise NotAllowed
    _end(row, reason)
    locked.project.problems.ongoing().filter(helper=row.user_id).update(helper=None)
    record(actor=actor, subject=locked, act="team.left", data={"note": str(row), "reason": reason.strip()})
    return row


def _lock(key: KeyProject) -> KeyProject:
    return KeyProject.objects.select_for_update(of=("self",)).select_related("project").get(pk=key.pk)


def _open_seat(member: TeamMember) -> TeamMember:
    row = TeamMember.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    if row.ends_at is not None:
        raise Stale(_("This place in the team has ended already."))
    return row


def _end(row: TeamMember, reason: str) -> None:
    row.ends_at, row.left_because = now(), reason.strip()[:300]
    row.save(update_fields=["ends_at", "left_because"])


def _seat(
    key: KeyProject,
    seat: str,
    user: User,
    actor: Actor,
    *,
    predecessor: TeamMember | None = None,
    note: str = "",
    department: Department | None = None,
) -> TeamMember:
    if not key.is_confirmed:
        raise TransitionNotAllowed(_("Only a key project has a service team."))
    posts = Post.objects.current().filter(user=user, user__is_active=True, role__in=rules_key.SEAT_ROLES[seat])
    if department is not None:
        posts = posts.in_departments([department.pk])
    post = posts.order_by("is_substitute", "id").first()
    if post is None:
        raise InvalidInput({"user": _("%(name)s holds no post for this office.") % {"name": user}})
    if seat != Seat.MEMBER and TeamMember.objects.current().in_offices().filter(key=key, user=user).exists():
        text = _("%(name)s holds another office in this team: the three levels are three people.")
        raise InvalidInput({"user": text % {"name": user}})
    return TeamMember.objects.create(
        key=key, seat=seat, user=user, department_id=post.department_id, starts_at=now(), appointed_by=actor.user,
        predecessor=predecessor, note=note.strip(),
    )  # fmt: skip


def _settle(key: KeyProject, made: TeamMember, *, actor: Actor, act: str, note: str) -> None:
    """What follows a change in one of the three offices."""
    fill_vacancy(key=key, seat=made.seat)
    pass_on(key=key, note=note)
    _tell_joined(key, made, actor, act, note)


def _tell_joined(key: KeyProject, made: TeamMember, actor: Actor, act: str, note: str) -> None:
    before = made.predecessor
    said = f"{before.user} → {made.user}" if before else str(made.user)
    text = f"{made.get_seat_display()}：{said}" + (f" · {note.strip()}" if note.strip() else "")
    data = {"note": text, "seat": made.seat, "user": made.user_id, "from": before.user_id if before else None}
    record_many(actor=actor, records=[Record(key, act, data)])
    notices = []
    if made.user_id != actor.user_id:
        notices.append(Notice([made.user_id], act, _params(made) | {"note": note.strip() or "–"}, _link(key)))
    if before is not None and before.user_id != actor.user_id:
        notices.append(Notice([before.user_id], "team.replaced", _params(made), _link(key)))
    notify_many(notices)


def _params(row: TeamMember) -> dict[str, str]:
    return {"project": str(row.key.project), "seat": row.seat, "person": str(row.user)}


def _link(key: KeyProject) -> str:
    return f"/key-projects/{key.project_id}/"
