"""Writing a calendar that Outlook, Apple and Google take (RFC 5545, names and refreshing from RFC 7986).

Knows nothing of clocks: ``deadlines.feeds`` says what to write, in the words of the reader.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard, vDuration

# A change of what is written, with the same duties behind it, must change the tag of the answer: count up.
PRODID = "-//Investment Service Hall//Duties 1//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
# How often programs are asked to look again. Google decides for itself (up to a day).
REFRESH = timedelta(hours=1)
# Where a limit ends within a day, a program needs a length to draw.
SPAN = timedelta(minutes=30)
# All but tab and line feed (RFC 5545 3.1); the library escapes line feeds.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One duty. ``ends`` is a day (whole-day entry) or an aware moment (half an hour that ends then)."""

    uid: str
    ends: date
    summary: str
    description: str
    category: str
    url: str = ""
    # An aware moment; None for no alarm.
    alarm_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that a feed says at one time, but for that time itself."""

    name: str
    language: str
    entries: tuple[Entry, ...]


def tag_of(sheet: Sheet) -> str:
    """The entity tag of a sheet. Weak: two files of the same sheet differ in their DTSTAMP."""
    digest = hashlib.sha256(repr((PRODID, sheet)).encode()).hexdigest()
    return f'W/"{digest[:32]}"'


def write(sheet: Sheet, at: datetime) -> bytes:
    """The file as of ``at``: UTF-8, CRLF, lines folded at 75 octets between characters."""
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # RFC 7986 has its own names now; Outlook and Google still read the older X- ones.
    calendar.calendar_name = sheet.name
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    # The library's own property leaves VALUE out, which RFC 7986 (5.7) demands.
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    # Also where nothing refers to it: a calendar without any component is against RFC 5545 (3.6),
    # and Outlook refuses it. So a feed without duties stays a valid file.
    calendar.add_component(_zone())
    for entry in sheet.entries:
        calendar.add_component(_event(entry, at))
    return calendar.to_ical()


def _zone() -> Timezone:
    """Asia/Shanghai as it has been since 1991: one offset and no summer time."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1991, 9, 15))  # noqa: DTZ001  (local by definition, RFC 5545 3.6.5)
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", settings.TIME_ZONE)
    zone.add_component(standard)
    return zone


def _event(entry: Entry, at: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    # With a METHOD this is when the file was made. A clock doesn't know when it was last changed, so
    # there is no LAST-MODIFIED and no SEQUENCE: programs that subscribe replace everything anyway.
    event.add("dtstamp", at)
    if isinstance(entry.ends, datetime):
        event.add("dtstart", entry.ends - SPAN)
        event.add("dtend", entry.ends)
    else:
        event.add("dtstart", entry.ends)
        event.add("dtend", entry.ends + timedelta(days=1))
    event.add("summary", _printable(entry.summary))
    event.add("description", _printable(entry.description))
    event.add("categories", [entry.category])
    if entry.url:
        event.add("url", entry.url)
    # A limit is no appointment: whoever has one is free.
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    if entry.alarm_at is not None:
        event.add_component(_alarm(_printable(entry.summary), entry.alarm_at))
    return event


def _printable(text: str) -> str:
    """Without control characters, which a title may have been pasted with and a calendar may not have."""
    return CONTROL.sub("", text)


def _alarm(text: str, moment: datetime) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    # In UTC: RFC 5545 (3.8.6.3) allows nothing else for a trigger at a moment.
    alarm.add("trigger", moment.astimezone(UTC), parameters={"VALUE": "DATE-TIME"})
    return alarm
