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


# Ways to a person; a channel that the hall does not know is shown by its code.
CHANNELS = {"email": _("E-mail")}


def channel_label(code: str) -> str:
    return str(CHANNELS.get(code, code))


# Why somebody must look at a clock; the words for ``Clock.alarm``.
ALARMS = {
    "no_recipient": _("Nobody holds the post to be told: the reminder reached the administrators only."),
    "expiry_failed": _("What follows by law when this limit has passed could not be done."),
    "dates_disagree": _("The dates on this duty are not those that its days give."),
}


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
