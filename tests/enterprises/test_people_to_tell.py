"""Who hears of a firm's cases."""

import pytest

from accounts.models import Role
from common.time import now
from enterprises.selectors import people_to_tell
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_mandate, make_membership


@pytest.mark.django_db
def test_members_and_covered_agents_are_told() -> None:
    firm, owner, stranger = make_enterprise(), make_user(), make_user()
    make_membership(firm, owner)
    make_membership(firm, make_user(), status="pending")
    make_membership(make_enterprise(), stranger)
    department = make_department()
    everything, roads, gone, posted_no_more = (make_user() for _ in range(4))
    for agent in (everything, roads, gone):
        make_post(agent, department, Role.AGENT)
    make_mandate(firm, everything, owner)
    make_mandate(firm, roads, owner, matters=["SG05"])
    make_mandate(firm, gone, owner, revoked_at=now(), revoked_by=owner)
    make_mandate(firm, posted_no_more, owner)

    assert set(people_to_tell(firm.pk, ["SG01"])) == {owner.pk, everything.pk}
    assert set(people_to_tell(firm.pk, ["SG01", "SG05"])) == {owner.pk, everything.pk, roads.pk}
