"""Forms of the calendar pages."""

import datetime
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deadlines.models import CalendarOverride, CalendarYear, Clock
from deadlines.notice import FIRST_YEAR, LAST_YEAR, LONGEST_TEXT, Notice, NoticeError
from deadlines.notice_text import from_text
from deadlines.notice_yaml import from_yaml
from deadlines.timetable import Period, Timetable
from deadlines.yearview import weekday_periods

MOST_DAYS = 1000
LONGEST_SOURCE = CalendarYear._meta.get_field("source").max_length

# How a day can count, and what that means for the service: (is_workday, closed).
COUNTS: dict[str, tuple[bool, str]] = {
    "off": (False, ""),
    "morning": (True, CalendarOverride.Closed.MORNING),
    "afternoon": (True, CalendarOverride.Closed.AFTERNOON),
    "work": (True, ""),
}


class OverrideForm(forms.Form):
    """A day that counts differently. What is lawful is for the service to say."""

    date = forms.DateField(label=_("Date"), widget=forms.DateInput())
    counts = forms.ChoiceField(
        label=_("Counts as"),
        choices=[
            ("off", _("Day off")),
            ("morning", _("Half day: closed in the morning")),
            ("afternoon", _("Half day: closed in the afternoon")),
            ("work", _("Working day")),
        ],
        widget=forms.RadioSelect,
        initial="off",
        help_text=_("A half day counts in limits of days. Only limits in working hours leave the closed half out."),
    )
    name = forms.CharField(
        label=_("Reason"),
        max_length=CalendarOverride._meta.get_field("name").max_length,
        help_text=_("For example: flood, typhoon"),
    )
    source = forms.CharField(
        label=_("Legal ground"),
        max_length=CalendarOverride._meta.get_field("source").max_length,
        help_text=_("The notice or order that this day rests on, with its number."),
    )

    @property
    def wanted(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        is_workday, closed = COUNTS[data["counts"]]
        return {
            "date": data["date"],
            "is_workday": is_workday,
            "closed": closed,
            "name": data["name"],
            "source": data["source"],
        }


class NoticeForm(forms.Form):
    """The yearly notice, as its own sentences or as YAML; ``cleaned_data["notice"]`` is the checked notice."""

    SENTENCES, YAML = "sentences", "yaml"

    layout = forms.ChoiceField(
        label=_("Entered as"),
        choices=[(SENTENCES, _("Sentences of the notice")), (YAML, _("YAML file"))],
        widget=forms.RadioSelect,
        initial=SENTENCES,
    )
    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        required=False,
        widget=forms.NumberInput(attrs={"class": "control-short", "data-needed": ""}),
        help_text=_("Not needed for YAML, which says it itself."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=LONGEST_SOURCE,
        required=False,
        widget=forms.TextInput(attrs={"data-needed": ""}),
        help_text=_("The number of the notice. Not needed for YAML, which says it itself."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-needed": ""}),
        help_text=_("For example: 一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"),
    )
    file = forms.FileField(label=_("YAML file"), required=False, widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if data.get("file"):
            data["layout"], data["text"] = self.YAML, self._file_text(data["file"])
        if data["layout"] == self.SENTENCES:
            self._need(data, "year", _("Enter the year."))
            self._need(data, "source", _("State the notice that published the schedule."))
        self._need(data, "text", _("Paste the text of the notice, or choose a file."))
        if not self.errors:
            try:
                data["notice"] = self._read(data)
            except NoticeError as error:
                for problem in error.problems:
                    self.add_error("text", str(problem))
        return data

    def _need(self, data: dict[str, Any], name: str, text: Any) -> None:
        if not data.get(name):
            self.add_error(name, text)

    def _file_text(self, file: Any) -> str:
        if file.size > 4 * LONGEST_TEXT:
            self.add_error("file", _("The file is too large for a calendar."))
            return ""
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _("The file is not text in UTF-8."))
            return ""

    @staticmethod
    def _read(data: dict[str, Any]) -> Notice:
        if data["layout"] == NoticeForm.YAML:
            return from_yaml(data["text"])
        return from_text(data["text"], year=data["year"], source=data["source"])


class PublishForm(forms.Form):
    """A year whose days are known becomes certain."""

    source = forms.CharField(
        label=_("Source"), max_length=LONGEST_SOURCE, help_text=_("The notice that published the schedule.")
    )


class WithdrawForm(forms.Form):
    """A year becomes provisional again."""

    reason = forms.CharField(label=_("Reason"), max_length=150)


class ConfirmForm(forms.Form):
    """Nothing to fill in."""


PERIOD = re.compile(r"(\d{1,2})[:：](\d{2})\s*(?:-|–|—|~|至|到)\s*(\d{1,2})[:：](\d{2})")


class HoursForm(forms.Form):
    """One line for each weekday: "08:30–12:00, 13:30–17:30"."""

    def __init__(self, *args: Any, hours: Timetable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, (label, text) in enumerate(weekday_periods(hours)):
            self.fields[str(weekday)] = forms.CharField(
                label=label,
                max_length=60,
                required=weekday < 5,
                initial=text,
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in list(self.fields):
            if name in data:
                try:
                    data[name] = read_periods(data[name])
                except ValueError:
                    self.add_error(name, _("Write periods like 08:30–12:00, 13:30–17:30."))
        return data

    @property
    def week(self) -> dict[int, tuple[Period, ...]]:
        """Periods by weekday, Monday is 0; weekdays without hours are left out."""
        return {int(name): periods for name, periods in self.cleaned_data.items() if periods}


def read_periods(text: str) -> tuple[Period, ...]:
    """Opening and closing times as people write them; ValueError for what is left over or no time."""
    if PERIOD.sub("", text).strip(" ,，、;；"):
        raise ValueError(text)
    return tuple((datetime.time(int(a), int(b)), datetime.time(int(c), int(d))) for a, b, c, d in PERIOD.findall(text))


class CountForm(forms.Form):
    """When does a limit end? Open to everybody."""

    start = forms.DateField(label=_("Day of the event"), widget=forms.DateInput(), help_text=_("It is not counted."))
    days = forms.IntegerField(
        label=_("Days"), min_value=0, max_value=MOST_DAYS, widget=forms.NumberInput(attrs={"class": "control-short"})
    )
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=[(unit, label) for unit, label in Clock.Unit.choices if unit != Clock.Unit.WORKHOUR],
        initial=Clock.Unit.WORKDAY,
        widget=forms.Select(attrs={"class": "control-short"}),
    )
