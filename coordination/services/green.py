"""The green channel (绿色通道): a project whose cases come first on every desk."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now, today
from coordination import rules
from coordination.models import GreenChannel
from ledger.services import record
from projects.models import Project


@transaction.atomic
def open_green_channel(*, actor: Actor, project: Project, reason: str, ends_on: date) -> GreenChannel:
    """A leader or the director lets a project go first until a day. Raises InvalidInput by field."""
    _require(actor)
    errors: dict[str, Any] = {}
    if not reason.strip():
        errors["reason"] = _("Give the reason; everybody who works on its cases sees it.")
    if ends_on <= today():
        errors["ends_on"] = _("Choose a day after today.")
    if errors:
        raise InvalidInput(errors)
    _end_old(project)
    try:
        with transaction.atomic():
            row = GreenChannel.objects.create(
                project=project, reason=reason.strip(), given_by=actor.person, given_at=now(), ends_on=ends_on
            )
    except IntegrityError as error:
        raise InvalidInput({"ends_on": _("This project has a green channel already.")}) from error
    data = {"reason": row.reason, "ends_on": ends_on.isoformat()}
    record(actor=actor, subject=project, act="green_channel.opened", data=data)
    return row


@transaction.atomic
def close_green_channel(*, actor: Actor, channel: GreenChannel, reason: str) -> GreenChannel:
    """End it before its day. Raises InvalidInput at "reason"."""
    _require(actor)
    locked = GreenChannel.objects.select_for_update(of=("self",)).select_related("project").get(pk=channel.pk)
    if locked.ended_at is not None:
        raise Stale
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why the green channel ends.")})
    locked.ended_at, locked.ended_by, locked.end_reason = now(), actor.user, reason.strip()[:300]
    locked.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record(actor=actor, subject=locked.project, act="green_channel.closed", data={"reason": locked.end_reason})
    return locked


def end_green_channels() -> int:
    """Note those whose last day has passed; lists leave them out from that day on without it."""
    return sum(_end_by_date(pk) for pk in _over().values_list("pk", flat=True))


def _over() -> Any:
    return GreenChannel.objects.filter(ended_at=None, ends_on__lt=today()).order_by("pk")


@transaction.atomic
def _end_by_date(pk: int) -> bool:
    row = _over().select_for_update(of=("self",)).select_related("project").filter(pk=pk).first()
    if row is None:
        return False
    row.ended_at = now()
    row.save(update_fields=["ended_at"])
    record(actor=Actor.system(), subject=row.project, act="green_channel.ended")
    return True


def _end_old(project: Project) -> None:
    """One that is over by its day, and not noted so yet, stands in nobody's way."""
    for pk in _over().filter(project=project).values_list("pk", flat=True):
        _end_by_date(pk)


def _require(actor: Actor) -> None:
    if not rules.may_open_green.test(actor.person):
        raise NotAllowed(_("Only a leader or the director opens and ends a green channel."))
