"""Changing the rungs (提醒与升级): what lies ahead of the open duties follows."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import NotAllowed
from common.tasks import enqueue
from deadlines import redate
from deadlines.models import Rung
from deadlines.rules import may_edit_calendar
from ledger.services import record

REDATE = "deadlines.redate"


@transaction.atomic
def save_rung(*, actor: Actor, rung: Rung) -> Rung:
    """Add or change a rung. Open duties get their new rungs by a task; none fires a second time."""
    _authorise(actor)
    rung.save()
    _changed(actor, rung, "rung.saved")
    return rung


@transaction.atomic
def remove_rung(*, actor: Actor, rung: Rung) -> None:
    """Remove a rung of one kind or department, so that the wider one counts again."""
    _authorise(actor)
    _changed(actor, rung, "rung.removed")
    rung.delete()


def _authorise(actor: Actor) -> None:
    if actor.user is not None and not may_edit_calendar(actor.user):
        raise NotAllowed


def _changed(actor: Actor, rung: Rung, act: str) -> None:
    data = {
        name: str(getattr(rung, name))
        for name in ("kind", "department_id", "code", "anchor", "offset", "unit", "who", "quiet", "digest", "active")
    }
    record(actor=actor, subject=rung, act=act, data={**data, "channels": rung.channels})
    redate.revise(reason=redate.in_own_language(_("rungs changed")), user_id=actor.user_id)
    enqueue(REDATE)
