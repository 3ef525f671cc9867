"""What a calendar feed says: whose it is, which duties it shows, in which words."""

from collections.abc import Iterable
from datetime import date, datetime, time
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Department, Role, User
from common.display import light_view, local_date, local_moment
from common.time import end_of_day
from deadlines.ics import Entry, Sheet
from deadlines.models import Clock, Feed
from deadlines.querysets import ClockQuerySet
from deadlines.rules import OVERSEERS, may_follow_department, may_have_feeds

# By due date, so what is left out lies furthest ahead. Nobody has as many duties of his own, but a
# department may: a thousand are 600 KB and half a second to write, for every program that asks.
MOST = 1000
# Of what is reserved for no use at all (RFC 2606): an identifier must stay the same for ever, also
# when the hall moves to another address.
UID_DOMAIN = "duties.investment-hall.invalid"
ALARM_HOUR = time(9)


def find(token: str) -> Feed | None:
    """The feed behind an address if it may be read now, with owner and department. Two queries.

    None for all others alike: unknown, revoked, of a closed account, or without the post that it needs.
    """
    feed = Feed.objects.unrevoked().select_related("owner", "department").filter(token=token).first()
    return feed if feed is not None and is_readable(feed, feed.owner) else None


def is_readable(feed: Feed, owner: User) -> bool:
    """Does the owner still hold a post that lets him have this feed?"""
    if feed.department_id is None:
        return may_have_feeds(owner)
    return may_follow_department(owner, feed.department_id)


def departments_for(user: User) -> list[Department]:
    """Departments that a person may follow, in their own order. One query."""
    departments = Department.objects.all()
    if not user.has_role(*OVERSEERS):
        departments = departments.filter(pk__in=user.department_ids_as(Role.HEAD))
    return list(departments)


def address_of(feed: Feed) -> str:
    """The absolute secret address."""
    return urljoin(settings.HALL_BASE_URL, reverse("deadlines:feed", args=[feed.token]))


def clocks_of(feed: Feed) -> ClockQuerySet:
    """Open duties of a feed, the most urgent first, at most ``MOST``.

    Finished ones are left out: programs that subscribe take away what is no longer in the file, so a
    duty that is done leaves the calendar as it leaves the desk.
    """
    clocks = Clock.objects.open().select_related("department", "handler").order_by("due_at", "id")
    if feed.department_id is not None:
        clocks = clocks.for_department(feed.department_id)
    else:
        clocks = clocks.filter(_own(feed.owner))
    return clocks[:MOST]


def _own(user: User) -> Q:
    """What a person handles, and what nobody has taken yet in a post of his.

    The same people as the sweep tells (``deadlines.sweep_sql``): a closed account handles nothing, and a
    duty without a department waits for everyone with its role.
    """
    posts = Q(pk__in=[])
    for post in user.current_posts:
        posts |= Q(role=post.role, department_id=post.department_id) | Q(role=post.role, department_id=None)
    closed = User.objects.filter(is_active=False)
    return Q(handler=user) | (posts & (Q(handler=None) | Q(handler__in=closed)))


def sheet_of(feed: Feed, at: datetime) -> Sheet:
    """What the feed says at a moment, in its owner's language. One query."""
    language = feed.owner.language
    with translation.override(language):
        return Sheet(
            name=title_of(feed),
            language=language,
            entries=tuple(entries_of(clocks_of(feed), at, with_alarms=feed.department_id is None)),
        )


def title_of(feed: Feed) -> str:
    """The calendar's name in the present language."""
    if feed.department is None:
        return _("My duties in the hall")
    return _("Duties of %(department)s") % {"department": feed.department.label}


def entries_of(clocks: Iterable[Clock], at: datetime, *, with_alarms: bool) -> Iterable[Entry]:
    """Clocks as a calendar shows them at a moment, in the present language."""
    for clock in clocks:
        key = _light_key(clock, at)
        # Whoever follows a whole department doesn't want its every duty to ring.
        alarm_at = _alarm_at(clock, at) if with_alarms and key != "stopped" else None
        yield Entry(
            uid=f"{clock.pk}@{UID_DOMAIN}",
            ends=_ends(clock),
            summary=_summary(clock, key),
            description=_description(clock, key),
            category=light_view(key).text,
            url=urljoin(settings.HALL_BASE_URL, clock.link) if clock.link else "",
            alarm_at=alarm_at,
        )


def _light_key(clock: Clock, at: datetime) -> str:
    # Not every clock can be stopped.
    return "stopped" if getattr(clock, "stopped_at", None) else str(clock.light(at))


def _ends(clock: Clock) -> date:
    """The due day where the limit ends with it, as limits in days do; the moment where it ends within it."""
    local = timezone.localtime(clock.due_at)
    return local.date() if _ends_with_day(local) else local


def _ends_with_day(moment: datetime) -> bool:
    return moment == end_of_day(timezone.localtime(moment).date())


def _alarm_at(clock: Clock, at: datetime) -> datetime | None:
    """Nine o'clock of the day on which the warning begins, a working day; None once that is over.

    Apple rings it where the reader lets it; Outlook and Google pass over alarms of subscriptions, and
    the hall's own reminder comes anyway.
    """
    begins = timezone.localtime(clock.warn_at)
    moment = max(begins, timezone.make_aware(datetime.combine(begins.date(), ALARM_HOUR)))
    return moment if at < moment < clock.due_at else None


def _summary(clock: Clock, key: str) -> str:
    text = _("%(kind)s: %(title)s") % {"kind": clock.get_kind_display(), "title": clock.title}
    if clock.provisional:
        text = _("[Date provisional] %(text)s") % {"text": text}
    if key == "red":
        text = _("[Overdue] %(text)s") % {"text": text}
    elif key == "stopped":
        text = _("[Stopped] %(text)s") % {"text": text}
    return text


def _description(clock: Clock, key: str) -> str:
    lines = [
        _("Light: %(light)s") % {"light": light_view(key).text},
        _("Promised limit: %(date)s") % {"date": _in_words(clock.due_at)},
    ]
    if clock.lawful_due_at is not None:
        lines.append(_("Lawful limit: %(date)s") % {"date": _in_words(clock.lawful_due_at)})
    if clock.department is not None:
        lines.append(_("Department: %(name)s") % {"name": clock.department.label})
    if clock.handler is not None:
        lines.append(_("Handler: %(name)s") % {"name": clock.handler})
    if clock.provisional:
        lines.append(_("The dates are provisional: the holidays of a year they touch are not published yet."))
    return "\n".join(lines)


def _in_words(moment: datetime) -> str:
    return local_date(moment) if _ends_with_day(moment) else local_moment(moment)
