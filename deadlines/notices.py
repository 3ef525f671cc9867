"""What the sweep and a re-dating say, and how the ledger names these acts."""

from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from notifications.templates import register

register(
    "clock.warn",
    _("Due soon: %(title)s"),
    _("“%(title)s” must be done by %(due)s."),
)
register(
    "clock.overdue",
    _("Overdue: %(title)s"),
    _("“%(title)s” was due on %(due)s and is not done."),
)
register(
    "clock.escalate_head",
    _("Escalated to the department head: %(title)s"),
    _("“%(title)s” was due on %(due)s and is still not done after one working day. Handler: %(handler)s."),
)
register(
    "clock.escalate_director",
    _("Escalated to the hall director: %(title)s"),
    _("“%(title)s” was due on %(due)s and is still not done after three working days. Handler: %(handler)s."),
)
register(
    "clock.stop_overlong",
    _("The special procedure takes longer than planned: %(title)s"),
    _("The special procedure of “%(title)s” was to end by %(until)s. Let the limit go on, or tell the applicant anew."),
)
register(
    "clock.stop_escalate_head",
    _("Escalated to the department head: the special procedure of %(title)s takes too long"),
    _("The special procedure of “%(title)s” was to end by %(until)s and still goes on. Handler: %(handler)s."),
)
register(
    "clock.stop_escalate_director",
    _("Escalated to the hall director: the special procedure of %(title)s takes too long"),
    _("The special procedure of “%(title)s” was to end by %(until)s and still goes on. Handler: %(handler)s."),
)
register(
    "clock.reminder",
    _("Reminder: %(title)s"),
    _("“%(title)s” is due on %(due)s."),
)
register(
    "clock.alarm",
    _("Nobody to remind: %(title)s"),
    _("“%(title)s” (due on %(due)s) could not be reported: nobody holds the post to be told. Appoint somebody."),
)
register(
    "clock.expiry_failed",
    _("Could not be ended by law: %(title)s"),
    _("“%(title)s” has passed its lawful limit, and what follows by law could not be done. Look at the log."),
)
register(
    "calendar.redated",
    _("Dates changed with the working calendar"),
    _("The working calendar has changed (%(reason)s). %(count)s of your open duties have new dates."),
)
register(
    "calendar.provisional",
    _("Dates are provisional for now"),
    _(
        "The working calendar has changed (%(reason)s). The dates of %(count)s of your open duties are provisional "
        "until the schedule of the year is published."
    ),
)
register(
    "calendar.certain",
    _("Dates are no longer provisional"),
    _("The working calendar has changed (%(reason)s). The dates of %(count)s of your open duties are now certain."),
)

register_acts(
    {
        "clock.warn": _("Reminded: due soon"),
        "clock.overdue": _("Overdue"),
        "clock.escalate_head": _("Escalated to the department head"),
        "clock.escalate_director": _("Escalated to the hall director"),
        "clock.lawful_overdue": _("Lawful limit passed"),
        "clock.redated": _("Dates counted again"),
        "clock.stop_overlong": _("Reminded: the special procedure takes longer than planned"),
        "clock.stop_escalate_head": _("Overlong special procedure escalated to the department head"),
        "clock.stop_escalate_director": _("Overlong special procedure escalated to the hall director"),
        "clock.stopped": _("Special procedure begun: the limit stands still"),
        "clock.resumed": _("Special procedure ended: the limit goes on"),
        "clock.extension_asked": _("Extension asked for"),
        "clock.extended": _("Limit extended"),
        "clock.extension_refused": _("Extension refused"),
        "clock.extension_withdrawn": _("Request for extension withdrawn"),
        "clock.extension_revoked": _("Extension revoked"),
        "rung.saved": _("Rung changed"),
        "rung.removed": _("Rung removed"),
        "calendar.override_added": _("Calendar override added"),
        "calendar.override_removed": _("Calendar override removed"),
        "calendar.year_published": _("Calendar year published"),
        "calendar.year_imported": _("Schedule of a year imported"),
        "calendar.year_withdrawn": _("Calendar year withdrawn"),
        "calendar.hours_set": _("Office hours changed"),
    }
)
