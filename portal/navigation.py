"""Where each person works: the first page after signing in, and the menu on every page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User

# Who holds several posts starts where most waits for him: the first row that fits.
FIRST_PAGES: Sequence[tuple[frozenset[str], str]] = (
    (frozenset({Role.CLERK}), "approvals:desk"),
    (frozenset({Role.REVIEWER, Role.APPROVER, Role.HEAD}), "approvals:review"),
    (frozenset({Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR}), "dashboards:overview"),
    (frozenset({Role.OFFICER}), "enterprises:visits"),
    (frozenset({Role.AGENT}), "enterprises:mandates"),
    (frozenset({Role.ADMINISTRATOR}), "admin:index"),
    (frozenset({Role.EDITOR}), "content:guides"),
)
INVESTOR_PAGE = "dashboards:mine"
# An administrator in post whose account Django's admin refuses, for want of ``is_staff``, starts here.
ADMIN_PAGE = "admin:index"
WITHOUT_ADMIN = "deadlines:calendar"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu; shown to holders of ``roles``."""

    page: str
    label: Any
    icon: str
    roles: frozenset[str] = frozenset()


LEADS = frozenset({Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR})
IN_CHARGE = frozenset({Role.REVIEWER, Role.HEAD})
STAFF_MENU = (
    Item("approvals:desk", _("Window desk"), "inbox", frozenset({Role.CLERK})),
    Item("approvals:review", _("Review desk"), "clipboard-check", frozenset({Role.REVIEWER, Role.APPROVER, Role.HEAD})),
    Item(
        "approvals:sessions",
        _("Joint reviews"),
        "users-round",
        LEADS | {Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.HEAD},
    ),
    Item("approvals:objections", _("Objections"), "message-square-warning", IN_CHARGE),
    Item("approvals:later_checks", _("Later checks"), "clipboard-list", IN_CHARGE),
    Item("dashboards:overview", _("Overview"), "chart-column", LEADS | {Role.HEAD}),
    Item("dashboards:cases", _("Cases"), "folder-open", LEADS | {Role.HEAD}),
    Item("dashboards:overdue", _("Overdue"), "alarm-clock", LEADS | {Role.HEAD}),
    Item("coordination:instructions", _("Instructions"), "pen-line", LEADS | {Role.HEAD, Role.REVIEWER, Role.OFFICER}),
    Item("coordination:meetings", _("Meetings"), "calendar-clock", LEADS | {Role.OFFICER, Role.HEAD, Role.REVIEWER}),
    Item("enterprises:visits", _("Visits"), "map-pin", LEADS | {Role.OFFICER}),
    Item("enterprises:mandates", _("Mandates"), "handshake", frozenset({Role.AGENT})),
    Item("projects:list", _("Projects"), "building-2", LEADS | {Role.CLERK, Role.OFFICER, Role.AGENT, Role.HEAD}),
    Item("enterprises:index", _("Enterprises"), "briefcase-business", LEADS | {Role.CLERK, Role.OFFICER}),
    Item(
        "approvals:bars",
        _("Bars from deferral"),
        "shield-alert",
        frozenset({Role.HEAD, Role.DIRECTOR, Role.ADMINISTRATOR}),
    ),
    Item("approvals:archive", _("Archive"), "archive", LEADS | {Role.CLERK, Role.HEAD}),
    Item("supervision:ratings", _("Ratings"), "smile", LEADS | {Role.CLERK}),
    Item(
        "deadlines:reassign",
        _("Reassign duties"),
        "arrow-left-right",
        frozenset({Role.HEAD, Role.DIRECTOR, Role.ADMINISTRATOR}),
    ),
    Item("deadlines:alarms", _("Alarms"), "octagon-alert", frozenset({Role.DIRECTOR, Role.ADMINISTRATOR})),
    Item("deadlines:calendar", _("Calendar"), "calendar-days", frozenset({Role.ADMINISTRATOR})),
    Item("documents:templates", _("Document templates"), "file-pen", frozenset({Role.ADMINISTRATOR})),
    Item("approvals:catalogue", _("Catalogue"), "library-big", frozenset({Role.ADMINISTRATOR})),
    Item("admin:index", _("Administration"), "settings", frozenset({Role.ADMINISTRATOR})),
    Item("content:guides", _("Guides"), "book-open", frozenset(Role.values)),
)
INVESTOR_MENU = (
    Item(INVESTOR_PAGE, _("My work"), "house"),
    Item("projects:list", _("Projects"), "building-2"),
    Item("enterprises:index", _("Enterprises"), "briefcase-business"),
    Item("enterprises:mandates", _("Agents"), "handshake"),
    Item("coordination:meetings", _("Meetings"), "calendar-clock"),
    Item("content:guides", _("Guides"), "book-open"),
    Item("content:my_lists", _("My lists"), "list-checks"),
    Item("content:query", _("Track a case"), "search"),
)
PUBLIC_MENU = (
    Item("portal:home", _("Home"), "house"),
    Item("content:guides", _("Guides"), "book-open"),
    Item("content:which", _("Which matters do I need?"), "list-checks"),
    Item("content:notices", _("Public notices"), "megaphone"),
    Item("content:query", _("Track a case"), "search"),
    Item("documents:verify-start", _("Verify a document"), "badge-check"),
)


def address(page: str) -> str:
    """Path of a named page, "" where there is none."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def first_page(user: User | AnonymousUser) -> str:
    """Where somebody starts; "" for visitors, who get the public home."""
    if not isinstance(user, User):
        return ""
    held = user.roles
    for roles, page in FIRST_PAGES:
        if held & roles:
            return address(WITHOUT_ADMIN if page == ADMIN_PAGE and not user.is_staff else page)
    return "" if held else address(INVESTOR_PAGE)


def items_for(user: User | AnonymousUser) -> Iterable[Item]:
    """The lines of somebody's menu."""
    if not isinstance(user, User):
        return PUBLIC_MENU
    held = user.roles
    if not held:
        return INVESTOR_MENU
    return [item for item in STAFF_MENU if item.roles & held and (item.page != ADMIN_PAGE or user.is_staff)]


def menu(user: User | AnonymousUser, path: str) -> list[dict[str, Any]]:
    """The menu as base.html shows it; the line with the longest address that ``path`` begins with is marked."""
    lines = [(item, url) for item in items_for(user) if (url := address(item.page))]
    fitting = [url for _item, url in lines if path == url or (url != "/" and path.startswith(url))]
    current = max(fitting, key=len, default="")
    return [{"label": item.label, "url": url, "icon": item.icon, "active": url == current} for item, url in lines]
