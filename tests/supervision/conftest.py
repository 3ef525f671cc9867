from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Department, Role, User
from approvals.models import Case
from tests.approvals.scene import Scene, make_scene
from tests.factories.accounts import make_department, make_post, make_user


@pytest.fixture
def scene(db: Any) -> Scene:
    return make_scene()


@pytest.fixture
def delivered(scene: Scene) -> Case:
    return scene.delivered()


@pytest.fixture
def owner(scene: Scene) -> Actor:
    return Actor(scene.owner)


@pytest.fixture
def supervisor(db: Any) -> User:
    user = make_user(name="督查郑")
    make_post(user, make_department("supervision", kind=Department.Kind.HALL, name="督查室"), Role.SUPERVISOR)
    return user
