"""A firm, its project and three matters, for the pages of an application."""

import pytest

from accounts.models import User
from approvals.models import Material, Matter
from enterprises.models import Enterprise
from projects.models import Project
from tests.factories.accounts import make_user
from tests.factories.approvals import (
    make_application,
    make_material_spec,
    make_matter,
)
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.projects import make_project


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def enterprise(owner: User) -> Enterprise:
    enterprise = make_enterprise()
    make_membership(enterprise, owner)
    return enterprise


@pytest.fixture
def project(enterprise: Enterprise, owner: User) -> Project:
    return make_project(enterprise, owner)


@pytest.fixture
def matters() -> dict[str, Matter]:
    """One needed, one to be confirmed, one not needed; the first two share a material."""
    form = make_material_spec("application-form")
    return {
        "needed": make_matter(
            "LX01", materials=[form, make_material_spec("site-map", secondary=True)], needs_project_code=True
        ),
        "unclear": make_matter(
            "GC02",
            stage="design",
            materials=[form, make_material_spec("drawing", accepts=["dwg", "pdf"])],
            when={"fact": "takes_water", "op": "eq", "value": True},
        ),
        "unneeded": make_matter("QY03", stage="business", when={"fact": "capital", "op": "eq", "value": "foreign"}),
    }


@pytest.fixture
def material(project: Project, owner: User, matters: dict[str, Matter]) -> Material:
    return make_application(project, owner, [matters["needed"]]).materials.get(code="application-form")
