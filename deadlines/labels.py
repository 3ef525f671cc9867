"""Words for kinds of days and names of holidays, in the reader's language."""

from django.utils.translation import gettext, pgettext_lazy

from deadlines.workdays import DayKind

KINDS = {
    DayKind.WORKDAY: pgettext_lazy("day", "Working day"),
    DayKind.MAKEUP: pgettext_lazy("day", "Make-up working day"),
    DayKind.WEEKEND: pgettext_lazy("day", "Weekend"),
    DayKind.HOLIDAY: pgettext_lazy("day", "Public holiday"),
    DayKind.LOCAL_WORKDAY: pgettext_lazy("day", "Local working day"),
    DayKind.LOCAL_DAY_OFF: pgettext_lazy("day", "Local day off"),
}


def kind_label(kind: DayKind) -> str:
    return str(KINDS[kind])


def name_label(name: str) -> str:
    """Holiday names come in English from the schedules; what an administrator wrote stays as it is."""
    return gettext(name) if name else ""
