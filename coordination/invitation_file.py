"""An invitation for people's own calendars (RFC 5545, RFC 5546): the same UID for ever, SEQUENCE with each change."""

from datetime import UTC

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from common.time import now
from coordination.models import Meeting

PRODID = "-//Investment Service Hall//Meetings 1//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"


def write(meeting: Meeting) -> bytes:
    """REQUEST while it is to take place, CANCEL once it is called off; times in UTC, so no zone is needed."""
    called_off = meeting.status == Meeting.Status.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if called_off else "REQUEST")
    event = Event()
    event.add("uid", f"meeting-{meeting.uid}@hall")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now().astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    event.add("url", f"{settings.HALL_BASE_URL}{meeting.get_absolute_url()}")
    organizer = vCalAddress(f"mailto:{meeting.secretary.email or 'hall@localhost'}")
    organizer.params["cn"] = vText(str(meeting.secretary))
    event.add("organizer", organizer)
    calendar.add_component(event)
    return calendar.to_ical()
