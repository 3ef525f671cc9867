"""Messages of this app, and how the ledger names its acts."""

from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from notifications.templates import register

register(
    "membership.requested",
    _("%(person)s asks to join %(enterprise)s"),
    _("%(person)s asks to act for %(enterprise)s. Note: %(note)s. Approve or reject the request on the members page."),
)
register(
    "membership.approved",
    _("You now act for %(enterprise)s"),
    _("Your request to join %(enterprise)s was approved. You can declare projects and apply for it from now on."),
)
register(
    "membership.rejected",
    _("Your request to join %(enterprise)s was rejected"),
    _("Your request to join %(enterprise)s was rejected. Reason: %(reason)s."),
)
register(
    "membership.removed",
    _("You no longer act for %(enterprise)s"),
    _("You were removed from the members of %(enterprise)s. Reason: %(reason)s."),
)
register(
    "membership.handed_over",
    _("You are now the owner of %(enterprise)s"),
    _("%(enterprise)s was handed over to you: you now decide on its members and mandates."),
)
register(
    "mandate.granted",
    _("%(enterprise)s gives you a mandate"),
    _("%(enterprise)s has made you its agent until %(until)s. What you do for it is recorded as done for it."),
)
register(
    "mandate.revoked",
    _("The mandate of %(agent)s for %(enterprise)s was revoked"),
    _("The mandate of %(agent)s to act for %(enterprise)s has ended at once. Reason: %(reason)s."),
)
register(
    "visit.assigned",
    _("Visit to make: %(enterprise)s"),
    _("A visit to %(enterprise)s is planned for %(day)s. Record it on its page once it is made."),
)

register_acts(
    {
        "enterprise.registered": _("Enterprise registered"),
        "enterprise.edited": _("Details changed"),
        "membership.requested": _("Asked to join"),
        "membership.approved": _("Member approved"),
        "membership.rejected": _("Request to join rejected"),
        "membership.left": _("Member left"),
        "membership.removed": _("Member removed"),
        "membership.handed_over": _("Handed over to another owner"),
        "mandate.granted": _("Mandate granted"),
        "mandate.revoked": _("Mandate revoked"),
        "visit.planned": _("Visit planned"),
        "visit.assigned": _("Visit assigned"),
        "visit.moved": _("Visit moved to another day"),
        "visit.recorded": _("Visit recorded"),
        "visit.cancelled": _("Visit called off"),
    }
)
