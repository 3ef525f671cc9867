from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import Department, Role, User
from deadlines import calendars
from tests.approvals.scene import Scene, make_scene
from tests.factories.accounts import make_department, make_post, make_user


@pytest.fixture
def scene(db: Any) -> Scene:
    # The cache is no table of a model, so no test empties it by itself.
    cache.clear()
    # The calendar is read from the database every few seconds; not in the middle of counting queries.
    calendars.current()
    return make_scene()


@pytest.fixture
def leader(db: Any) -> User:
    user = make_user(name="主任吴")
    make_post(user, make_department("office", kind=Department.Kind.HALL, name="管委会办公室"), Role.LEADER)
    return user
