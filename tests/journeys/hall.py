"""The hall that the journeys walk through: real catalogue, one account for each role and department."""

from dataclasses import dataclass, field
from typing import Any

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from approvals.models import Application, Case, Matter
from approvals.services import submit_application
from approvals.services.catalogue import load_catalogue
from approvals.services.drafting import choose_matters, start_application
from enterprises.models import Enterprise
from projects.models import Project
from tests.factories.accounts import make_post, make_user
from tests.factories.approvals import fill_in, hand_in_all
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.projects import make_code, make_project

PASSWORD = "dating-2026"

# Account, role, department, name.
STAFF = (
    ("clerk", Role.CLERK, "window-project", "王窗口"),
    ("clerk-2", Role.CLERK, "window-project", "刘窗口"),
    ("window-head", Role.HEAD, "window-project", "何科长"),
    ("reviewer", Role.REVIEWER, "planning", "李审查"),
    ("approver", Role.APPROVER, "planning", "赵审批"),
    ("head", Role.HEAD, "planning", "钱局长"),
    ("reviewer-police", Role.REVIEWER, "police", "高交警"),
    ("reviewer-air-defence", Role.REVIEWER, "air-defence", "罗人防"),
    ("reviewer-development", Role.REVIEWER, "development", "马发改"),
    ("approver-development", Role.APPROVER, "development", "许发改"),
    ("agent", Role.AGENT, "agency", "孙代办"),
    ("officer", Role.OFFICER, "service", "周秘书"),
    ("leader", Role.LEADER, "office", "吴主任"),
    ("director", Role.DIRECTOR, "hall", "郑大厅"),
    ("administrator", Role.ADMINISTRATOR, "data", "褚管理"),
)


@dataclass
class Hall:
    """People by account name."""

    users: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, username: str) -> User:
        return self.users[username]


def open_hall() -> Hall:
    """Catalogue, departments and staff; no firm, project or case yet."""
    load_catalogue()
    hall = Hall()
    departments = {department.code: department for department in Department.objects.all()}
    for username, role, code, name in STAFF:
        hall.users[username] = make_user(username, name=name, password=PASSWORD)
        make_post(hall.users[username], departments[code], role)
    return hall


def welcome_investor(hall: Hall, username: str = "investor", **firm: Any) -> Enterprise:
    """An investor with an account and a firm of his own."""
    hall.users[username] = make_user(username, name="林投资", password=PASSWORD, phone="13833500001")
    enterprise = make_enterprise(**{"name": "秦皇岛港城轮毂有限公司", **firm})
    make_membership(enterprise, hall.users[username])
    return enterprise


def declared_project(hall: Hall, enterprise: Enterprise, username: str = "investor", **fields: Any) -> Project:
    """A project that is declared, with its national code."""
    values = {"name": "年产六十万件铝合金轮毂项目", "national_code": make_code(), **fields}
    return make_project(enterprise, hall[username], **values)


def draft_application(
    hall: Hall, project: Project, *codes: str, username: str = "investor", filled: bool = True
) -> Application:
    """Matters are chosen and the form is filled in; nothing is handed in."""
    actor = Actor(hall[username])
    application = start_application(actor=actor, project=project)
    choose_matters(actor=actor, application=application, codes=list(codes))
    if filled:
        fill_in(application, actor)
    return application


def submitted_cases(hall: Hall, project: Project, *codes: str, username: str = "investor") -> dict[str, Case]:
    """Cases by matter as the real submission makes them."""
    application = draft_application(hall, project, *codes, username=username)
    hand_in_all(application, hall[username])
    cases = submit_application(actor=Actor(hall[username]), application=application)
    return {case.matter.code: case for case in cases}


def matter_names(*codes: str) -> list[str]:
    """Chinese names in the order of ``codes``."""
    names = dict(Matter.objects.filter(code__in=codes).values_list("code", "name"))
    return [names[code] for code in codes]


def posts_of(user: User) -> list[Post]:
    return list(user.posts.select_related("department"))
