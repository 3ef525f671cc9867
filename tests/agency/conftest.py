import pytest

from tests.agency.scene import Agency, make_agency


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency()
