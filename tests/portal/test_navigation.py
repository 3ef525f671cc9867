"""Where each person starts, and the menu."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from portal.navigation import FIRST_PAGES, INVESTOR_MENU, PUBLIC_MENU, STAFF_MENU, address, first_page, folded, menu
from tests.factories.accounts import make_department, make_post, make_user

STARTS = {
    Role.CLERK: "/desk/",
    Role.REVIEWER: "/review/",
    Role.APPROVER: "/review/",
    Role.HEAD: "/review/",
    Role.LEADER: "/leader/",
    Role.DIRECTOR: "/leader/",
    Role.SUPERVISOR: "/leader/",
    Role.OFFICER: "/visits/",
    Role.AGENT: "/agent/",
    Role.ADMINISTRATOR: "/admin/",
    Role.EDITOR: "/guides/",
}


def holder(*roles: str) -> User:
    user = make_user()
    for role in roles:
        make_post(user, make_department(), role)
    return user


def test_every_role_has_a_start():
    assert set(STARTS) == set(Role)


@pytest.mark.parametrize("role", list(Role))
def test_home_leads_to_ones_work_and_the_page_opens(client: Any, db: None, role: str):
    user = holder(role)
    if role == Role.ADMINISTRATOR:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    client.force_login(user)
    assert client.get("/").headers["location"] == STARTS[Role(role)]
    assert client.get("/", follow=True).status_code == 200


def test_administrator_whom_the_admin_refuses_starts_at_the_calendar(client: Any, db: None):
    user = holder(Role.ADMINISTRATOR)
    client.force_login(user)
    page = client.get("/", follow=True)
    assert (page.redirect_chain, page.status_code) == ([("/deadlines/calendar/", 302)], 200)
    assert "/admin/" not in [line["url"] for line in menu(user, "/")]
    assert [line["url"] for line in menu(user, "/") if client.get(line["url"]).status_code != 200] == []


def test_administrator_whom_the_admin_lets_in_has_its_line(db: None):
    user = holder(Role.ADMINISTRATOR)
    user.is_staff = True
    assert first_page(user) == "/admin/"
    assert "/admin/" in [line["url"] for line in menu(user, "/")]


def test_investor_starts_at_my_work(client: Any, db: None):
    client.force_login(make_user())
    assert client.get("/").headers["location"] == "/my/"


def test_visitor_sees_the_public_home_with_figures(client: Any, db: None, empty_cache: None):
    page = client.get("/")
    assert page.status_code == 200
    assert page.context["public"].matters == 0


def test_several_posts_start_where_most_waits(db: None):
    assert first_page(holder(Role.OFFICER, Role.CLERK)) == "/desk/"
    assert first_page(holder(Role.HEAD, Role.LEADER)) == "/review/"


def test_every_line_of_every_menu_has_an_address():
    pages = {item.page for item in (*STAFF_MENU, *INVESTOR_MENU, *PUBLIC_MENU)} | {page for _roles, page in FIRST_PAGES}
    assert [page for page in sorted(pages) if not address(page)] == []


@pytest.mark.parametrize("role", list(Role))
def test_menu_offers_no_page_that_is_closed_to_the_role(client: Any, db: None, role: str):
    user = holder(role)
    user.is_staff = role == Role.ADMINISTRATOR
    user.save(update_fields=["is_staff"])
    client.force_login(user)
    for line in menu(user, "/"):
        assert client.get(line["url"]).status_code == 200, line["url"]


def test_menus_of_investors_and_visitors_open(client: Any, db: None):
    for line in menu(AnonymousUser(), "/"):
        assert client.get(line["url"]).status_code == 200
    user = make_user()
    client.force_login(user)
    for line in menu(user, "/"):
        assert client.get(line["url"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "active"),
    [
        ("/leader/", "/leader/"),
        ("/leader/cases/BJ1/", "/leader/cases/"),
        ("/leader/overdue/", "/leader/overdue/"),
        ("/x/", None),
    ],
)
def test_longest_fitting_line_is_marked(db: None, path: str, active: str | None):
    marked = [line["url"] for line in menu(holder(Role.LEADER), path) if line["active"]]
    assert marked == ([active] if active else [])


def test_lines_of_a_group_fold_out_of_one_entry_and_a_single_one_stands_alone(db: None):
    entries = folded(menu(holder(Role.DIRECTOR), "/deadlines/alarms/"))
    names = [str(entry["label"]) for entry in entries]
    assert names[0] == "今日待办"
    oversight = next(entry for entry in entries if str(entry["label"]) == "督查")
    assert [line["url"] for line in oversight["lines"]] == ["/ratings/", "/deadlines/reassign/", "/deadlines/alarms/"]
    agent = folded(menu(holder(Role.AGENT), "/"))
    assert [entry for entry in agent if "lines" in entry and len(entry["lines"]) < 2] == []
    assert len(entries) <= 9
