"""Words for kinds of days and names of holidays, in the reader's language."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.display import act_label
from deadlines.models import Rung
from deadlines.workdays import DayKind, UnknownYearError

KINDS = {
    DayKind.WORKDAY: pgettext_lazy("day", "Working day"),
    DayKind.MAKEUP: pgettext_lazy("day", "Make-up working day"),
    DayKind.WEEKEND: pgettext_lazy("day", "Weekend"),
    DayKind.HOLIDAY: pgettext_lazy("day", "Public holiday"),
    DayKind.LOCAL_WORKDAY: pgettext_lazy("day", "Local working day"),
    DayKind.LOCAL_DAY_OFF: pgettext_lazy("day", "Local day off"),
    DayKind.LOCAL_HALF_DAY: pgettext_lazy("day", "Local half day"),
}

HALVES = {
    "morning": pgettext_lazy("day", "Half day, closed in the morning"),
    "afternoon": pgettext_lazy("day", "Half day, closed in the afternoon"),
}

# Over the columns of a month, Monday first.
WEEKDAY_MARKS = (
    pgettext_lazy("weekday", "Mo"),
    pgettext_lazy("weekday", "Tu"),
    pgettext_lazy("weekday", "We"),
    pgettext_lazy("weekday", "Th"),
    pgettext_lazy("weekday", "Fr"),
    pgettext_lazy("weekday", "Sa"),
    pgettext_lazy("weekday", "Su"),
)


def kind_label(kind: DayKind) -> str:
    return str(KINDS[kind])


def closed_label(closed: str) -> str:
    """Words for a half day; ``closed`` is "morning" or "afternoon"."""
    return str(HALVES[closed])


def name_label(name: str) -> str:
    """Holiday names come in English from the schedules; what an administrator wrote stays as it is."""
    return gettext(name) if name else ""


DATES_DISAGREE = "dates_disagree"
EXPIRY_FAILED = "expiry_failed"
NO_RECIPIENT = "no_recipient"
NO_SUBSTITUTE = "no_substitute"

# Why somebody must look at a clock; the words for ``Clock.alarm``.
ALARMS = {
    NO_RECIPIENT: _("Nobody holds the post to be told: the reminder reached the administrators only."),
    EXPIRY_FAILED: _("What follows by law when this limit has passed could not be done."),
    NO_SUBSTITUTE: _("Who was to take this duty over could not: it is back with its post, and nobody has it by name."),
    DATES_DISAGREE: _("The dates on this duty are not those that its days give."),
}


# The same in two or three words, for a mark in a list.
ALARM_MARKS = {
    NO_RECIPIENT: _("Nobody to remind"),
    EXPIRY_FAILED: _("Not ended by law"),
    NO_SUBSTITUTE: _("No substitute found"),
    DATES_DISAGREE: _("Dates disagree"),
}
# These are over as soon as somebody has the duty.
NOBODY_ALARMS = (NO_RECIPIENT, NO_SUBSTITUTE)


def alarm_mark(alarm: str) -> str:
    return str(ALARM_MARKS.get(alarm, alarm))


def alarm_label(alarm: str) -> str:
    """Words for an alarm; one that nobody named is shown as it is stored, nothing is ""."""
    return str(ALARMS.get(alarm, alarm))


def anchor_label(anchor: str) -> str:
    """The moment that a rung is counted from."""
    return str(Rung.Anchor(anchor).label)


def code_label(code: str) -> str:
    """A rung that is no longer in force, by the words of its ledger act."""
    label = act_label(f"clock.{code}")
    return code if label == f"clock.{code}" else label


def unknown_year(error: UnknownYearError) -> str:
    """The words for a date that the calendar does not reach."""
    return _("There is no working calendar for the year %(year)s; it reaches from %(first)s to %(last)s.") % {
        "year": error.year,
        "first": error.first,
        "last": error.last,
    }


# Only what the machine itself wrote; an administrator's reason stands as he typed it.
CHANGE_REASONS = {"first calendar": pgettext_lazy("change of the calendar", "first calendar")}
CHANNELS = {"email": pgettext_lazy("channel", "E-mail")}


def change_label(reason: str) -> str:
    """Why the calendar changed."""
    return str(CHANGE_REASONS.get(reason, reason))


def channel_label(code: str) -> str:
    """A channel of notices by name, its code where it has none."""
    return str(CHANNELS.get(code, code))
