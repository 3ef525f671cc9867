"""Messages of this app, and how the ledger names its acts."""

from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from notifications.templates import register

register(
    "instruction.given",
    _("Instruction to divide: %(title)s"),
    _("%(leader)s gave an instruction on %(title)s. Divide it among the departments on its page."),
)
register(
    "instruction.deputy",
    _("You stand in for %(person)s: %(title)s"),
    _("%(person)s is absent. The instruction on %(title)s waits for you meanwhile."),
)
register(
    "instruction.withdrawn",
    _("Instruction withdrawn: %(title)s"),
    _("%(leader)s withdrew the instruction on %(title)s. Reason: %(reason)s."),
)
register(
    "instruction.answered",
    _("Instruction answered: %(title)s"),
    _("The lead department has answered the instruction on %(title)s. Close it or send it back with words."),
)
register(
    "instruction.sent_back",
    _("Instruction sent back: %(title)s"),
    _("The answer to the instruction on %(title)s is not enough: %(reason)s. Divide it anew."),
)
register(
    "instruction.closed",
    _("Instruction closed: %(title)s"),
    _("The instruction of %(leader)s on %(title)s is closed."),
)
register(
    "deviation.approved",
    _("Approved: %(kind)s, %(label)s"),
    _("A deviation was approved until %(until)s: %(kind)s, %(label)s. Reason: %(reason)s."),
)
register(
    "deviation.revoked",
    _("Revoked: %(kind)s, %(label)s"),
    _("The deviation was revoked: %(kind)s, %(label)s. Reason: %(reason)s."),
)
register(
    "deviation.ended",
    _("Ended on its day: %(kind)s, %(label)s"),
    _("The deviation ended with %(until)s: %(kind)s, %(label)s. The ordinary rule holds again."),
)

register(
    "meeting.invited",
    _("Invitation: %(title)s, %(when)s"),
    _("You are invited to %(title)s on %(when)s at %(place)s. Answer on its page; it has a calendar file too."),
)
register(
    "meeting.moved",
    _("Moved: %(title)s, now %(when)s"),
    _("%(title)s now takes place on %(when)s at %(place)s. Please answer anew; the calendar file is updated."),
)
register(
    "meeting.cancelled",
    _("Called off: %(title)s, %(when)s"),
    _("%(title)s on %(when)s does not take place. Reason: %(reason)s."),
)
register("meeting.answered", _("%(guest)s answered: %(title)s"), _("Answer to the invitation: %(answer)s."))
register(
    "meeting.to_sign",
    _("Minutes to sign: %(title)s"),
    _("The minutes of %(title)s are written. Sign them or give them back with words."),
)
register(
    "meeting.returned",
    _("Minutes given back: %(title)s"),
    _("The chair gave the minutes of %(title)s back: %(reason)s."),
)
register(
    "meeting.signed",
    _("Minutes signed: %(title)s"),
    _("The minutes of %(title)s are signed. You find them, with what was decided, on its page."),
)

register_acts(
    {
        "meeting.called": _("Meeting called"),
        "meeting.invited": _("Guest invited"),
        "meeting.moved": _("Meeting moved"),
        "meeting.cancelled": _("Meeting called off"),
        "meeting.answered": _("Invitation answered"),
        "meeting.agenda_changed": _("Agenda changed"),
        "meeting.held": _("Meeting held"),
        "meeting.minutes_submitted": _("Minutes handed to the chair"),
        "meeting.minutes_returned": _("Minutes given back"),
        "meeting.minutes_signed": _("Minutes signed"),
        "instruction.written": _("Instruction drafted"),
        "instruction.given": _("Instruction given"),
        "instruction.withdrawn": _("Instruction withdrawn"),
        "instruction.divided": _("Instruction divided"),
        "instruction.answered": _("Instruction answered"),
        "instruction.sent_back": _("Instruction sent back"),
        "instruction.closed": _("Instruction closed"),
        "deviation.approved": _("Deviation approved"),
        "deviation.revoked": _("Deviation revoked"),
        "deviation.ended": _("Deviation ended on its day"),
        "green_channel.opened": _("Green channel opened"),
        "green_channel.closed": _("Green channel ended"),
        "green_channel.ended": _("Green channel ended on its day"),
    }
)
