from typing import Any

import pytest

from approvals.models import Case
from deadlines import calendars
from tests.approvals.scene import Scene, make_scene


@pytest.fixture
def scene(db: Any) -> Scene:
    calendars.current()
    return make_scene()


@pytest.fixture
def case(scene: Scene) -> Case:
    return scene.received()
