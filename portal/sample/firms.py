"""About sixty enterprises, their members, mandates and visits."""

from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from common.time import now
from enterprises.models import Enterprise, Mandate, Membership, Tier, VisitCadence
from portal.sample.people import Staff
from portal.sample.words import BRANDS, LINES, PLACES, STREETS, credit_code, mobile, person_name

COUNT = 60
OWNED_BY_INVESTOR = 4


def make_firms(random: Random, staff: Staff) -> list[Enterprise]:
    """Sixty firms; the first few belong to the sample investor, one of them has a mandate."""
    moment = now() - timedelta(days=400)
    firms = Enterprise.objects.bulk_create(firm_values(random, serial, moment) for serial in range(COUNT))
    owners = User.objects.bulk_create(
        User(username=f"investor-{serial}", name=person_name(random), password=staff.investor.password)
        for serial in range(OWNED_BY_INVESTOR, COUNT)
    )
    people = [staff.investor] * OWNED_BY_INVESTOR + owners
    Membership.objects.bulk_create(
        Membership(
            enterprise=firm, user=user, role=Membership.RoleInFirm.OWNER, status=Membership.Status.ACTIVE,
            created_at=moment, decided_at=moment,
        )
        for firm, user in zip(firms, people, strict=True)
    )  # fmt: skip
    _mandates(firms, people, staff)
    for tier, months in ((Tier.KEY, 3), (Tier.ABOVE, 6), (Tier.SMALL, 12)):
        VisitCadence.objects.get_or_create(tier=tier, defaults={"months": months})
    return firms


def firm_values(random: Random, serial: int, moment: datetime) -> Enterprise:
    line, division, _what = LINES[serial % len(LINES)]
    name = f"{PLACES[serial % len(PLACES)]}{BRANDS[(serial * 7) % len(BRANDS)]}{line}有限公司（样例）"
    return Enterprise(
        credit_code=credit_code(serial + 1),
        name=name,
        legal_representative=person_name(random),
        industry=division,
        address=f"样例开发区{random.choice(STREETS)}{random.randrange(1, 200)}号",
        phone=mobile(random),
        tier=Tier.KEY if serial % 6 == 0 else Tier.ABOVE if serial % 3 == 0 else Tier.SMALL,
        is_foreign=serial % 9 == 4,
        created_at=moment,
    )


def _mandates(firms: list[Enterprise], people: list[User], staff: Staff) -> None:
    agent = staff.at("agent", "agency")
    today = now().date()
    Mandate.objects.bulk_create(
        Mandate(
            enterprise=firms[position], agent=agent, starts_on=today - timedelta(days=60),
            ends_on=today + timedelta(days=305), granted_by=people[position], granted_at=now() - timedelta(days=60),
        )
        for position in (1, 8, 15, 22)
    )  # fmt: skip
