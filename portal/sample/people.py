"""Departments from their data file, and one account for each role and department."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.actors import Actor
from accounts.models import Absence, Department, Post, Role, User
from common.time import today
from deadlines.services import enter_absence
from portal.sample.words import person_name

PASSWORD = "dating-2026"  # noqa: S105  (printed for everybody: it opens invented accounts)
SINCE = date(2024, 1, 1)

# Account, role, department: those that the start page prints.
ROLE_ACCOUNTS = [
    ("clerk", Role.CLERK, "window-project", "王窗口"),
    ("reviewer", Role.REVIEWER, "housing", "李审查"),
    ("approver", Role.APPROVER, "housing", "赵审批"),
    ("head", Role.HEAD, "housing", "钱局长"),
    ("agent", Role.AGENT, "agency", "孙代办"),
    ("officer", Role.OFFICER, "service", "周秘书"),
    ("leader", Role.LEADER, "office", "吴主任"),
    ("director", Role.DIRECTOR, "hall", "郑大厅"),
    ("supervisor", Role.SUPERVISOR, "supervision", "冯督查"),
    ("editor", Role.EDITOR, "data", "陈编辑"),
    ("administrator", Role.ADMINISTRATOR, "data", "褚管理"),
]
INVESTOR = ("investor", "林投资")
# Stands in for the reviewer of the housing department (B post).
SUBSTITUTE = ("reviewer-2", "卫顶岗")


@dataclass
class Staff:
    """Who sits where: user by role and department code."""

    by_post: dict[tuple[str, str], User]
    investor: User

    def at(self, role: str, department: str) -> User:
        return self.by_post[(role, department)]


def make_staff(random: Random) -> Staff:
    """Create all accounts with one password (hashed once: this is a sample, not a secret)."""
    encoded = make_password(PASSWORD)
    departments = {department.code: department for department in Department.objects.all()}
    wanted: list[tuple[str, str, str, str]] = [
        (username, role, code, name) for username, role, code, name in ROLE_ACCOUNTS
    ]
    taken = {(role, code) for _username, role, code, _name in ROLE_ACCOUNTS}
    for code, department in departments.items():
        wanted += [
            (f"{role}-{code}", role, code, person_name(random))
            for role in _roles_in(department)
            if (role, code) not in taken
        ]
    wanted.append(("agent-2", Role.AGENT, "agency", person_name(random)))
    wanted.append(("officer-2", Role.OFFICER, "service", person_name(random)))
    users = User.objects.bulk_create(
        User(
            username=username,
            name=name,
            password=encoded,
            email=f"{username}@hall.example",
            is_staff=role == Role.ADMINISTRATOR,
            is_superuser=role == Role.ADMINISTRATOR,
        )
        for username, role, _code, name in wanted
    )
    Post.objects.bulk_create(
        Post(user=user, department=departments[code], role=role, starts_on=SINCE)
        for user, (_username, role, code, _name) in zip(users, wanted, strict=True)
    )
    # The clerk of the sample works every window: one window faces outward.
    clerk = users[0]
    others = [code for code in departments if departments[code].kind == "window" and code != "window-project"]
    Post.objects.bulk_create(
        Post(user=clerk, department=departments[code], role=Role.CLERK, starts_on=SINCE) for code in others
    )
    _make_substitutes(encoded, departments)
    investor = User.objects.create(
        username=INVESTOR[0], name=INVESTOR[1], password=encoded, email="investor@firm.example", phone="13800000000"
    )
    by_post: dict[tuple[str, str], User] = {}
    for user, (_u, role, code, _n) in zip(users, wanted, strict=True):
        # The first in a post is the one that the start page prints.
        by_post.setdefault((role, code), user)
    return Staff(by_post=by_post, investor=investor)


def _make_substitutes(encoded: str, departments: dict[str, Department]) -> None:
    """Two B posts: a colleague of the reviewer, and an approver who may do a reviewer's work."""
    username, name = SUBSTITUTE
    colleague = User.objects.create(
        username=username, name=name, password=encoded, email=f"{username}@hall.example"
    )  # fmt: skip
    approver = User.objects.get(username="approver-planning")
    Post.objects.bulk_create(
        Post(user=user, department=departments[code], role=Role.REVIEWER, starts_on=SINCE, is_substitute=True)
        for user, code in ((colleague, "housing"), (approver, "planning"))
    )


def enter_leave(staff: Staff) -> None:
    """The reviewer of planning is away from today, and the approver stands in."""
    reviewer = staff.at(Role.REVIEWER, "planning")
    enter_absence(
        actor=Actor(reviewer),
        user=reviewer,
        substitute=staff.at(Role.APPROVER, "planning"),
        starts_on=today(),
        ends_on=today() + timedelta(days=4),
        kind=Absence.Kind.ANNUAL,
    )


def _roles_in(department: Department) -> list[str]:
    if department.kind == Department.Kind.APPROVAL:
        return [Role.REVIEWER, Role.APPROVER, Role.HEAD]
    if department.kind == Department.Kind.WINDOW:
        return [Role.CLERK, Role.HEAD]
    if department.kind == Department.Kind.STREET:
        return [Role.HEAD, Role.OFFICER, Role.AGENT]
    return [Role.HEAD] if department.kind == Department.Kind.SERVICE else []
