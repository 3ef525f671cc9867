"""A leader and a director above the scene of tests of cases."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from accounts.actors import Actor
from accounts.models import Department, Role, User
from coordination import subjects
from coordination.models import Instruction, Part
from coordination.services import instructions as service
from coordination.services.instructions import PartSpec, Words
from office.models import Task
from office.services import answer_task, close_task
from projects.models import Project
from tests.approvals.scene import Scene, make_scene
from tests.factories.accounts import make_department, make_post, make_user


@dataclass
class Hall:
    """The scene with its leader and director, and instructions brought to a state by services."""

    scene: Scene
    leader: User
    director: User
    project: Project

    @property
    def lead(self) -> Department:
        return self.scene.departments["lead"]

    @property
    def assisting(self) -> Department:
        return self.scene.departments["planning"]

    def written(self, *, urgency: str = "ordinary", project: Project | None = None) -> Instruction:
        subject = subjects.require(self.leader, "projects.project", (project or self.project).pk)
        words = Words(text="请尽快协调解决用地问题。", divider=self.director, urgency=urgency)
        return service.write_instruction(actor=Actor(self.leader), subject=subject, words=words)

    def given(self, **fields: str) -> Instruction:
        return service.give_instruction(actor=Actor(self.leader), instruction=self.written(**fields))

    def divided(self) -> Instruction:
        return service.divide_instruction(
            actor=Actor(self.director),
            instruction=self.given(),
            lead=PartSpec(self.lead, "牵头提出用地方案。", 10),
            assisting=[PartSpec(self.assisting, "核对规划条件。", 5)],
        )

    def do(self, part: Part, words: str, user: User | None = None) -> None:
        """The department answers, the director finds it good."""
        task = Task.objects.get(pk=part.task_id)
        answer_task(actor=Actor(user or self.worker(part.department)), task=task, text=words)
        close_task(actor=Actor(self.director), task=task)

    def worker(self, department: Department) -> User:
        return self.scene.head if department == self.lead else self.scene.reviewers["planning"]

    def answered(self) -> Instruction:
        instruction = self.divided()
        for part in instruction.parts.order_by("is_lead"):
            self.do(part, "已办结。" if part.is_lead else "规划条件已核对。")
        return Instruction.objects.get(pk=instruction.pk)


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


@pytest.fixture
def hall(scene: Scene) -> Hall:
    office = make_department("hall-office", kind=Department.Kind.HALL)
    leader, director = make_user("leader", name="李主任"), make_user("director", name="杜主任")
    make_post(leader, office, Role.LEADER)
    make_post(director, office, Role.DIRECTOR)
    return Hall(scene, leader, director, scene.project())


@pytest.fixture
def fresh() -> Callable[[Instruction], Instruction]:
    return lambda row: Instruction.objects.select_related("clock").get(pk=row.pk)
