"""What the sweep, a re-dating and hand-overs say, and how the ledger names these acts."""

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
    "clock.escalate_leader",
    _("Escalated to the leader: %(title)s"),
    _("“%(title)s” was due on %(due)s and is still not done after three working days. Handler: %(handler)s."),
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
    "clock.deferral_soon",
    _("To be handed in by %(due)s: %(title)s"),
    _("You promised to hand in “%(title)s” by %(due)s, on the case page. What is missing then ends the case."),
)
register(
    "clock.deferral_last",
    _("One working day left: %(title)s"),
    _(
        "“%(title)s” must be handed in by the end of %(due)s. Otherwise the case is terminated and the firm is barred"
        " from deferral."
    ),
)
register(
    "clock.deferral_over",
    _("Not handed in in time: %(title)s"),
    _("“%(title)s” was promised for %(due)s and is not there. What follows by the commitment comes separately."),
)
register(
    "clock.deferral_window",
    _("An applicant's promise ends on %(due)s: %(title)s"),
    _("The applicant promised “%(title)s” by %(due)s and has been reminded. A call may help."),
)
register(
    "clock.deferral_window_over",
    _("Promise not kept: %(title)s"),
    _("The applicant promised “%(title)s” by %(due)s; it is not there. The hall does by itself what follows."),
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
    "clock.dates_disagree",
    _("Dates do not agree with the count of days (%(count)s)"),
    _("Open duties show dates that their days do not give: %(titles)s. Somebody must find out which is right."),
)
register(
    "calendar.redated",
    _("Dates changed with the working calendar"),
    _("The working calendar has changed (%(reason)s). %(count)s of your open duties have new dates."),
)
register(
    "clock.handed_over",
    _("Duties of %(person)s are yours now (%(count)s)"),
    _("You have taken over from %(person)s: %(titles)s. The time limits run on."),
)
register(
    "clock.handed_out",
    _("Duties that nobody had are yours now (%(count)s)"),
    _("You have been given duties that nobody had taken: %(titles)s. The time limits run on."),
)
register(
    "clock.returned",
    _("Your duties are back with you (%(count)s)"),
    _("%(person)s stood in for you; these are yours again: %(titles)s."),
)
register(
    "clock.given_away",
    _("Duties of yours went to %(person)s (%(count)s)"),
    _("These are no longer yours: %(titles)s."),
)
register(
    "clock.back_to_post",
    _("Duties of %(person)s are back with your post (%(count)s)"),
    _("Nobody has these by name, so whoever holds the post sees to them: %(titles)s."),
)
register(
    "clock.no_substitute",
    _("Duties of %(person)s found no receiver (%(count)s)"),
    _("Who was to have them cannot take them. They are back with their post: %(titles)s. Reassign them."),
)
register(
    "absence.entered",
    _("%(substitute)s stands in for %(person)s from %(first)s to %(last)s"),
    _("Duties of %(person)s pass to %(substitute)s on the first day and come back after the last. Time limits run on."),
)
register(
    "absence.cancelled",
    _("The absence of %(person)s was cancelled"),
    _("From %(first)s to %(last)s %(substitute)s does not stand in. What was handed over goes back."),
)
register(
    "absence.ended",
    _("%(person)s is back"),
    _("The absence has ended early. What %(substitute)s still has of it goes back."),
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
        "clock.handed_over": _("Duty handed over"),
        "absence.entered": _("Absence entered"),
        "absence.cancelled": _("Absence cancelled"),
        "absence.ended": _("Absence ended early"),
        "clock.warn": _("Reminded: due soon"),
        "clock.overdue": _("Overdue"),
        "clock.escalate_head": _("Escalated to the department head"),
        "clock.escalate_director": _("Escalated to the hall director"),
        "clock.escalate_leader": _("Escalated to the leader"),
        "clock.lawful_overdue": _("Lawful limit passed"),
        "clock.redated": _("Dates counted again"),
        "clock.disagrees": _("Dates found that do not agree with the count of days"),
        "clock.deferral_soon": _("Applicant reminded: paper to follow"),
        "clock.deferral_last": _("Applicant reminded: one working day left"),
        "clock.deferral_over": _("Paper not handed in in time"),
        "clock.deferral_window": _("Window told: the applicant's promise ends"),
        "clock.deferral_window_over": _("Window told: promise not kept"),
        "clock.stop_overlong": _("Reminded: the special procedure takes longer than planned"),
        "clock.stop_escalate_head": _("Overlong special procedure escalated to the department head"),
        "clock.stop_escalate_director": _("Overlong special procedure escalated to the hall director"),
        "clock.stopped": _("Special procedure begun: the limit stands still"),
        "clock.resumed": _("Special procedure ended: the limit goes on"),
        "clock.extension_asked": _("Extension asked for"),
        "clock.extended": _("Limit extended"),
        "clock.shortened": _("Limit shortened by a leader"),
        "clock.restored": _("Shorter limit over: the matter's own limit again"),
        "clock.extension_refused": _("Extension refused"),
        "clock.extension_withdrawn": _("Request for extension withdrawn"),
        "clock.extension_revoked": _("Extension revoked"),
        "rung.saved": _("Rung changed"),
        "rung.removed": _("Rung removed"),
        "calendar.override_added": _("Calendar override added"),
        "calendar.override_removed": _("Calendar override removed"),
        "calendar.year_published": _("Calendar year published"),
        "feed.opened": _("Calendar feed opened"),
        "feed.renewed": _("Calendar feed given a new address"),
        "feed.revoked": _("Calendar feed revoked"),
        "calendar.year_imported": _("Schedule of a year imported"),
        "calendar.year_withdrawn": _("Calendar year withdrawn"),
        "calendar.hours_set": _("Office hours changed"),
    }
)
