import pytest

from accounts.models import User
from enterprises.models import Enterprise
from projects.models import Project
from tests.factories.accounts import make_user
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.projects import make_draft


@pytest.fixture
def owner(db: None) -> User:
    return make_user()


@pytest.fixture
def enterprise(owner: User) -> Enterprise:
    enterprise = make_enterprise()
    make_membership(enterprise, owner)
    return enterprise


@pytest.fixture
def draft(enterprise: Enterprise, owner: User) -> Project:
    return make_draft(enterprise, owner)
