"""Where each person works: the first page after signing in, and the menu on every page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Role, User

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
    """A line of the menu, under its group's name where it has one.

    Shown to holders of ``roles``, and to heads of departments of the kinds ``head_of``.
    """

    page: str
    label: Any
    icon: str
    roles: frozenset[str] = frozenset()
    group: str = ""
    head_of: frozenset[str] = frozenset()

    def is_for(self, user: User) -> bool:
        if self.roles & user.roles:
            return True
        posts = user.current_posts if self.head_of else []
        return any(post.role == Role.HEAD and post.department.kind in self.head_of for post in posts)


# Names and icons of what folds out of the menu, in order.
GROUPS: dict[str, tuple[Any, str]] = {
    "cases": (_("Cases"), "folder-open"),
    "projects": (_("Projects"), "building-2"),
    "firms": (_("Enterprises"), "briefcase-business"),
    "office": (_("Office work"), "notebook-pen"),
    "oversight": (_("Supervision"), "scan-eye"),
    "settings": (_("Settings"), "settings"),
}


LEADS = frozenset({Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR})
IN_CHARGE = frozenset({Role.REVIEWER, Role.HEAD})
INSTRUCTED = LEADS | IN_CHARGE | {Role.OFFICER}
ON_CASES = frozenset({Role.REVIEWER, Role.APPROVER, Role.HEAD})
TOP_RANKS = frozenset({Role.HEAD, Role.DIRECTOR, Role.ADMINISTRATOR})


def _in(group: str, *items: Item) -> tuple[Item, ...]:
    return tuple(replace(item, group=group) for item in items)


STAFF_MENU = (
    Item("dashboards:today", _("To do today"), "list-todo", frozenset(Role.values)),
    Item("approvals:desk", _("Window desk"), "inbox", frozenset({Role.CLERK})),
    Item("reception:counter", _("Queue"), "ticket", frozenset({Role.CLERK})),
    Item("reception:record", _("Record an inquiry"), "square-pen", frozenset(Role.values)),
    Item("approvals:review", _("Review desk"), "clipboard-check", ON_CASES),
    Item("dashboards:overview", _("Overview"), "chart-column", LEADS | {Role.HEAD}),
    *_in(
        "cases",
        Item("dashboards:cases", _("Cases"), "folder-open", LEADS | {Role.HEAD}),
        Item("dashboards:overdue", _("Overdue"), "alarm-clock", LEADS | {Role.HEAD}),
        Item("approvals:sessions", _("Joint reviews"), "users-round", LEADS | ON_CASES | {Role.CLERK}),
        Item("approvals:objections", _("Objections"), "message-square-warning", IN_CHARGE),
        Item("approvals:later_checks", _("Later checks"), "clipboard-list", IN_CHARGE),
        Item("approvals:bars", _("Bars from deferral"), "shield-alert", TOP_RANKS),
        Item("approvals:archive", _("Archive"), "archive", LEADS | {Role.CLERK, Role.HEAD}),
    ),
    *_in(
        "projects",
        Item("projects:list", _("Projects"), "building-2", LEADS | {Role.CLERK, Role.OFFICER, Role.AGENT, Role.HEAD}),
        Item("projects:key_projects", _("Key projects"), "star", LEADS | {Role.OFFICER, Role.HEAD}),
        Item("projects:wall", _("Wall of problems"), "layout-grid", LEADS | {Role.OFFICER, Role.HEAD, Role.REVIEWER}),
        Item("coordination:instructions", _("Instructions"), "pen-line", INSTRUCTED),
        Item("coordination:meetings", _("Meetings"), "calendar-clock", INSTRUCTED),
    ),
    *_in(
        "firms",
        Item("enterprises:index", _("Enterprises"), "briefcase-business", LEADS | {Role.CLERK, Role.OFFICER}),
        Item("enterprises:visits", _("Visits"), "map-pin", LEADS | {Role.OFFICER}),
        Item("enterprises:mandates", _("Mandates"), "handshake", frozenset({Role.AGENT})),
        Item(
            "agency:orders",
            _("Full agency"),
            "route",
            LEADS | {Role.AGENT},
            head_of=frozenset({Department.Kind.SERVICE}),
        ),
    ),
    *_in(
        "office",
        Item("reception:inquiries", _("Inquiries"), "message-circle-question-mark", frozenset(Role.values)),
        Item("office:home", _("Office at a glance"), "briefcase", frozenset(Role.values)),
        Item("office:tasks", _("Tasks"), "list-checks", frozenset(Role.values)),
        Item("office:handovers", _("Hand-over of papers"), "files", frozenset(Role.values)),
        Item("office:notices", _("Notices to staff"), "megaphone", frozenset(Role.values)),
    ),
    *_in(
        "oversight",
        Item("supervision:ratings", _("Ratings"), "smile", LEADS | {Role.CLERK}),
        Item("deadlines:reassign", _("Reassign duties"), "arrow-left-right", TOP_RANKS),
        Item("deadlines:alarms", _("Alarms"), "octagon-alert", frozenset({Role.DIRECTOR, Role.ADMINISTRATOR})),
    ),
    *_in(
        "settings",
        Item("deadlines:calendar", _("Calendar"), "calendar-days", frozenset({Role.ADMINISTRATOR})),
        Item("documents:templates", _("Document templates"), "file-pen", frozenset({Role.ADMINISTRATOR})),
        Item("approvals:catalogue", _("Catalogue"), "library-big", frozenset({Role.ADMINISTRATOR})),
        Item("admin:index", _("Administration"), "settings", frozenset({Role.ADMINISTRATOR})),
    ),
    Item("content:guides", _("Guides"), "book-open", frozenset(Role.values)),
)
INVESTOR_MENU = (
    Item(INVESTOR_PAGE, _("My work"), "house"),
    Item("projects:list", _("Projects"), "building-2"),
    Item("enterprises:index", _("Enterprises"), "briefcase-business"),
    Item("enterprises:mandates", _("Agents"), "handshake"),
    Item("agency:orders", _("Full agency"), "route"),
    Item("coordination:meetings", _("Meetings"), "calendar-clock"),
    Item("content:guides", _("Guides"), "book-open"),
    Item("content:my_lists", _("My lists"), "list-checks"),
    Item("content:query", _("Track a case"), "search"),
    Item("reception:ask", _("Ask a question"), "message-circle-question-mark"),
    Item("reception:appointments", _("Appointments"), "calendar-clock"),
)
PUBLIC_MENU = (
    Item("portal:home", _("Home"), "house"),
    Item("content:guides", _("Guides"), "book-open"),
    Item("content:which", _("Which matters do I need?"), "list-checks"),
    Item("content:notices", _("Public notices"), "megaphone"),
    Item("content:query", _("Track a case"), "search"),
    Item("reception:ask", _("Ask a question"), "message-circle-question-mark"),
    Item("reception:appointments", _("Appointments"), "calendar-clock"),
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
    return [item for item in STAFF_MENU if item.is_for(user) and (item.page != ADMIN_PAGE or user.is_staff)]


def menu(user: User | AnonymousUser, path: str, badges: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The menu as base.html shows it; the line with the longest address that ``path`` begins with is marked.

    ``badges`` are numbers by page; nought is not shown.
    """
    lines = [(item, url) for item in items_for(user) if (url := address(item.page))]
    fitting = [url for _item, url in lines if path == url or (url != "/" and path.startswith(url))]
    current = max(fitting, key=len, default="")
    numbers = badges or {}
    return [
        {
            "label": item.label, "url": url, "icon": item.icon, "active": url == current, "group": item.group,
            "badge": numbers.get(item.page),
        }
        for item, url in lines
    ]  # fmt: skip


def folded(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of one group become one entry with ``lines``, after the others; a group of one line stays that line."""
    top: list[dict[str, Any]] = []
    groups: dict[str, list[dict[str, Any]]] = {code: [] for code in GROUPS}
    for line in lines:
        (groups[line["group"]] if line["group"] else top).append(line)
    for code, items in groups.items():
        if len(items) == 1:
            top += items
        elif items:
            label, icon = GROUPS[code]
            active = any(item["active"] for item in items)
            badge = next((item["badge"] for item in items if item.get("badge") is not None), None)
            top.append({"label": label, "icon": icon, "active": active, "lines": items, "badge": badge})
    return top
