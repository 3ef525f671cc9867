"""Messages of this app, and how the ledger names its acts."""

from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from notifications.templates import register

register(
    "agency.opened",
    _("%(enterprise)s asks for full agency: %(order)s"),
    _("Construction is to start on %(wanted)s. Lay the list of matters and the plan before the enterprise by %(due)s."),
)
register(
    "agency.plan_proposed",
    _("The agency plan for %(order)s is ready"),
    _("%(agent)s proposes a plan for the start of construction on %(wanted)s. Agree to it, or say what to change."),
)
register(
    "agency.plan_impossible",
    _("The agency plan for %(order)s: the wanted start cannot be met"),
    _("Construction on %(wanted)s is not possible, %(earliest)s is the earliest. Read why, and answer the plan."),
)
register(
    "agency.plan_agreed",
    _("%(enterprise)s agrees to the agency plan for %(order)s"),
    _("The plan is fixed. Hand each matter in by its latest day."),
)
register(
    "agency.changes_asked",
    _("%(enterprise)s wants changes to the agency plan for %(order)s"),
    _("“%(words)s” Lay a new plan before the enterprise by %(due)s."),
)
register(
    "agency.finished",
    _("Full agency for %(order)s is done"),
    _("Every matter of the plan has been delivered."),
)
register(
    "agency.closed",
    _("Full agency for %(order)s is closed"),
    _("It ended before every matter was delivered. Reason: %(reason)s."),
)
register(
    "agency.mandate_ended",
    _("Full agency for %(order)s ended with the mandate"),
    _("The mandate of %(agent)s for %(enterprise)s is no longer in force. What was handed in goes on."),
)
register(
    "agency.agent_left",
    _("%(agent)s is no longer an agent of the hall"),
    _("Full agency for %(order)s is with the head of the agency centre, who proposes another agent to you."),
)
register(
    "agency.agent_left_head",
    _("%(order)s is without an agent"),
    _("%(agent)s is no longer an agent. Propose another agent to %(enterprise)s; only it can give him a mandate."),
)
register(
    "agency.successor_named",
    _("%(successor)s is proposed as your agent for %(order)s"),
    _("%(successor)s is to replace %(agent)s. Reason: %(reason)s. Nothing changes unless you give the mandate."),
)
register(
    "agency.moved",
    _("Full agency for %(order)s is with %(agent)s now"),
    _("%(enterprise)s has given %(agent)s the mandate instead of %(before)s."),
)
register(
    "helper.joined",
    _("%(helper)s helps %(agent)s with %(enterprise)s"),
    _("%(helper)s of %(department)s sees projects and plans of this mandate until %(until)s. Reason: %(why)s."),
)
register(
    "helper.removed",
    _("%(helper)s no longer helps with %(enterprise)s"),
    _("%(helper)s of %(department)s no longer sees the projects of this mandate. Reason: %(reason)s."),
)
register(
    "helper.mandate_ended",
    _("Your help for %(enterprise)s has ended"),
    _("The mandate of %(agent)s for %(enterprise)s is no longer in force, and your help with it."),
)

register_acts(
    {
        "agency.opened": _("Full agency asked for"),
        "agency.plan_proposed": _("Agency plan proposed"),
        "agency.plan_agreed": _("Agency plan agreed to"),
        "agency.changes_asked": _("Changes to the agency plan asked for"),
        "agency.finished": _("Full agency done"),
        "agency.closed": _("Full agency closed"),
        "agency.agent_left": _("The agent holds no post any more"),
        "agency.agent_back": _("The agent holds a post again"),
        "agency.successor_named": _("Another agent proposed"),
        "agency.moved": _("Given to another agent"),
        "helper.joined": _("Helper joined"),
        "helper.removed": _("Helper removed"),
    }
)
