"""A key project with its firm and its three offices filled."""

from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.actors import Actor
from accounts.models import Department, Role, User
from projects import services
from projects.models import KeyProject, Problem, Project, Seat, TeamMember
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.projects import make_project

# A Monday in the hall's time zone.
MONDAY = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001


@dataclass
class Scene:
    """Who is who. ``team`` are those who hold the three offices."""

    owner: User
    project: Project
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def act(self, name: str) -> Actor:
        return Actor(self.owner if name == "owner" else self.people[name])

    @property
    def key(self) -> KeyProject:
        return KeyProject.objects.get(project=self.project)

    def seat(self, seat: str) -> TeamMember:
        return TeamMember.objects.current().get(key=self.key, seat=seat)

    def raised(self, by: str = "owner", **fields: object) -> Problem:
        words = {"title": "供电接入滞后", "text": "施工用电容量不足，影响桩基施工。", **fields}
        return services.raise_problem(actor=self.act(by), project=self.project, **words)

    def started(self, day: date) -> None:
        for point in (1, 2, 3):
            services.reach_milestone(actor=self.act("secretary"), key=self.key, point=point, reached_on=day)


POSTS = {
    "director": ("hall", Role.DIRECTOR, "郑大厅"),
    "leader": ("office", Role.LEADER, "吴主任"),
    "chief": ("housing", Role.HEAD, "钱局长"),
    "secretary": ("service", Role.OFFICER, "周秘书"),
    "secretary2": ("street", Role.OFFICER, "沈秘书"),
    "member": ("housing", Role.REVIEWER, "李审查"),
    "supervisor": ("office", Role.SUPERVISOR, "冯督查"),
}
KINDS = {"hall": "hall", "office": "hall", "housing": "approval", "service": "service", "street": "street"}


def make_hall() -> Scene:
    """People and a declared project, not yet a key project."""
    owner = make_user("owner", name="林投资")
    firm = make_enterprise(name="秦皇岛海蓝装备有限公司")
    make_membership(firm, owner)
    scene = Scene(owner, make_project(firm, owner, name="汽车轮毂智能化生产线项目"))
    for code, kind in KINDS.items():
        scene.departments[code] = make_department(code, kind=kind, name=f"{code}局")
    for key, (code, role, name) in POSTS.items():
        user = make_user(key, name=name, phone=f"1380335{len(scene.people):04d}")
        make_post(user, scene.departments[code], role)
        scene.people[key] = user
    return scene


def make_team() -> Scene:
    """The same, on the list, with leader, chief representative, secretary and one member."""
    scene = make_hall()
    services.confirm_key_project(actor=scene.act("director"), project=scene.project, reason="重大项目")
    for seat in (Seat.LEADER, Seat.CHIEF, Seat.SECRETARY):
        services.appoint(actor=scene.act("director"), key=scene.key, seat=seat, user=scene.people[seat])
    services.add_member(actor=scene.act("secretary"), key=scene.key, user=scene.people["member"])
    return scene
