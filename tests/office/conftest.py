"""The people of an office: a head with two reviewers, a clerk with a head, a director, somebody else's reviewer."""

from dataclasses import dataclass
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Department, Role, User
from office import services
from office.models import Task
from tests.factories.accounts import make_department, make_post, make_user


@dataclass
class Office:
    housing: Department
    planning: Department
    window: Department
    head: User
    reviewer: User
    second: User
    planning_head: User
    planner: User
    clerk: User
    director: User
    investor: User

    def give(self, **fields: Any) -> Task:
        """The head gives a task to planning unless the fields say otherwise; through the service."""
        defaults = {"title": "核实用地红线", "text": "请于期限内核实并书面答复。", "department_id": self.planning.pk}
        spec = services.TaskSpec(**{**defaults, **fields})
        return services.assign_tasks(actor=Actor(self.head), tasks=[spec])[0]


@pytest.fixture
def office(db: None) -> Office:
    housing = make_department("housing", name="住建局")
    planning = make_department("planning", name="规划局")
    window = make_department("window", kind=Department.Kind.WINDOW, name="综合窗口")
    hall = make_department("hall", kind=Department.Kind.HALL, name="政务大厅")
    people = {
        "head": ("钱局长", housing, Role.HEAD),
        "reviewer": ("李审查", housing, Role.REVIEWER),
        "second": ("卫同事", housing, Role.REVIEWER),
        "planning_head": ("孟局长", planning, Role.HEAD),
        "planner": ("韩规划", planning, Role.REVIEWER),
        "clerk": ("王窗口", window, Role.CLERK),
        "director": ("郑主任", hall, Role.DIRECTOR),
    }
    made = {}
    for key, (name, department, role) in people.items():
        made[key] = make_user(key, name=name)
        make_post(made[key], department, role)
    return Office(housing=housing, planning=planning, window=window, investor=make_user("investor"), **made)
