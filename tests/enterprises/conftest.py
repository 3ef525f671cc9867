"""The people who meet in an enterprise."""

import pytest

from accounts.models import Department, Role, User
from enterprises.models import Enterprise, Mandate
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_mandate, make_membership


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner", name="王主人")


@pytest.fixture
def enterprise(owner: User) -> Enterprise:
    firm = make_enterprise(name="秦皇岛海蓝装备有限公司")
    make_membership(firm, owner)
    return firm


@pytest.fixture
def stranger(db: None) -> User:
    return make_user("stranger", name="路人")


@pytest.fixture
def window(db: None) -> Department:
    return make_department("window", kind=Department.Kind.WINDOW)


@pytest.fixture
def clerk(window: Department) -> User:
    user = make_user("clerk", name="窗口小赵")
    make_post(user, window, Role.CLERK)
    return user


@pytest.fixture
def service_office(db: None) -> Department:
    return make_department("service", kind=Department.Kind.SERVICE)


@pytest.fixture
def officer(service_office: Department) -> User:
    user = make_user("officer", name="秘书小钱")
    make_post(user, service_office, Role.OFFICER)
    return user


@pytest.fixture
def agent(service_office: Department) -> User:
    user = make_user("agent", name="代办员小孙")
    make_post(user, service_office, Role.AGENT)
    return user


@pytest.fixture
def mandate(enterprise: Enterprise, agent: User, owner: User) -> Mandate:
    return make_mandate(enterprise, agent, owner)
