"""What the applicant wants to hand in later, before anything is signed."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals import gaps
from approvals.deviations import eased
from approvals.models import Application, Material
from approvals.services.drafting import correcting_cases, lock_draft
from approvals.services.locking import lock_application
from common.display import local_date
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import today
from deadlines import calendars
from enterprises.selectors import ANY
from enterprises.services import confirm_actor


@transaction.atomic
def mark_later(*, actor: Actor, material: Material, until: date | None) -> Material:
    """Note that a secondary paper follows by ``until``, or that it does not (None).

    For a draft, or while an open correction notice lists the paper. Raises InvalidInput at "until",
    NotAllowed for a firm that is barred, TransitionNotAllowed.
    """
    application = lock_application(material.application_id, "enterprise")
    locked = Material.objects.get(pk=material.pk)
    contents = _contents(actor, application, locked)
    if until is not None:
        refuse_barred(application.enterprise_id)
        _refuse_day(until, gaps.rules_of(eased(contents, application.project_id)).get(locked.code))
    locked.deferred_until = until
    locked.save(update_fields=["deferred_until"])
    return locked


def _contents(actor: Actor, application: Application, material: Material) -> list[dict[str, object]]:
    """Contents of the matters that it is asked for, once it is sure that ``actor`` may mark it."""
    if application.status == Application.Status.DRAFT:
        confirm_actor(actor, application.enterprise, ANY)
        return [row.version.content for row in application.chosen.select_related("version")]
    asked = correcting_cases(material)
    if not asked:
        raise TransitionNotAllowed(_("The application has been submitted; what follows later can't be changed now."))
    confirm_actor(actor, application.enterprise, [case.matter.code for case in asked])
    return [case.version.content for case in asked]


def _refuse_day(until: date, rule: gaps.Rule | None) -> None:
    if rule is None:
        raise InvalidInput({"until": _("This paper can't follow later; hand it in now.")})
    if until <= today():
        raise InvalidInput({"until": _("Choose a day after today.")})
    if until > rule.last:
        limit = {"date": local_date(rule.last), "days": rule.days, "unit": rule.unit_text}
        raise InvalidInput(
            {"until": _("At the latest %(date)s: %(days)s %(unit)s after the expected acceptance.") % limit}
        )
    if not calendars.current().is_workday(until):
        raise InvalidInput({"until": _("The window is closed that day; choose a working day.")})


def refuse_barred(enterprise_id: int) -> None:
    """Raise NotAllowed with the reason where the firm may not defer."""
    bar = gaps.open_bar(enterprise_id)
    if bar is not None:
        raise NotAllowed(gaps.bar_text(bar), code="deferral_barred")


@transaction.atomic
def choose_overlap(*, actor: Actor, application: Application, overlap: bool) -> Application:
    """Whether matters go on side by side while certificates that they need are still to come.

    Raises NotAllowed for a firm that is barred, TransitionNotAllowed once submitted.
    """
    locked = lock_draft(actor, application)
    if overlap:
        refuse_barred(locked.enterprise_id)
    locked.overlap = overlap
    locked.save(update_fields=["overlap"])
    return locked
