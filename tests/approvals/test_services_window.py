"""What the window may and may not do on a received case."""

import pytest

from approvals import services
from approvals.models import Case
from common.errors import InvalidInput
from tests.approvals.scene import Scene, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_every_state_is_reached(scene: Scene) -> None:
    for status in Case.Status.values:
        assert scene.in_state(status).status == status
