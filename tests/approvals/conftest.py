"""What tests of cases share."""

import pytest

from tests.approvals.scene import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    """Window, departments, people, one firm; see ``tests.approvals.scene``."""
    return make_scene()
