"""A claim that the window decides on has a limit: eight working hours, through the real page and the real sweep."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from common.time import pretend
from deadlines import sweep
from deadlines.models import Clock, FiredRung
from enterprises.models import Enterprise
from notifications.models import Message
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def claimed(client: Client, stranger: User, clerk: User) -> Enterprise:
    """Claimed on Friday at four in the afternoon; the hall closes at half past five and opens on Monday."""
    firm = make_enterprise()
    client.force_login(stranger)
    with pretend(at("2025-03-07T16:00")):
        client.post(reverse("enterprises:claim_details", args=[firm.credit_code]), {"note": "法定代表人"})
    return firm


def decide(client: Client, clerk: User, firm: Enterprise, act: str, moment: str, **form: str) -> Clock:
    membership = firm.memberships.get()
    client.force_login(clerk)
    with pretend(at(moment)):
        client.post(reverse("enterprises:member_act", args=[membership.pk, act]), form)
    return Clock.objects.get()


def test_the_hours_of_the_window_are_counted(claimed: Enterprise) -> None:
    clock = Clock.objects.get()
    assert claimed.memberships.get().clock_id == clock.pk
    assert (clock.kind, clock.unit, clock.promised, clock.role) == ("membership", "workhour", 8, Role.CLERK)
    # An hour and a half on Friday, six and a half on Monday.
    assert clock.due_at == at("2025-03-10T16:30")


def test_a_late_window_is_reminded_and_the_director_hears_of_it(claimed: Enterprise, clerk: User) -> None:
    director = make_user("director")
    make_post(director, make_department("hall", kind="hall"), Role.DIRECTOR)
    sweep.run(at("2025-03-14T08:00"))
    codes = FiredRung.objects.order_by("due_at").values_list("code", flat=True)
    assert list(codes) == ["warn", "overdue", "escalate_director"]
    inbox = Message.objects.filter(channel="inapp", template__startswith="clock.").order_by("id")
    assert list(inbox.values_list("template", "recipient__username")) == [
        ("clock.warn", "clerk"),
        ("clock.overdue", "clerk"),
        ("clock.escalate_director", "director"),
    ]


@pytest.mark.parametrize(
    ("act", "moment", "form", "outcome"),
    [
        ("approve", "2025-03-10T16:29", {}, "met"),
        ("approve", "2025-03-10T16:31", {}, "late"),
        ("reject", "2025-03-10T10:00", {"reason": "营业执照不符"}, "met"),
    ],
)
def test_the_decision_ends_it(
    client: Client, clerk: User, claimed: Enterprise, act: str, moment: str, form: dict[str, str], outcome: str
) -> None:
    assert decide(client, clerk, claimed, act, moment, **form).outcome == outcome


def test_whoever_takes_the_claim_back_leaves_nothing_to_do(client: Client, stranger: User, claimed: Enterprise) -> None:
    assert decide(client, stranger, claimed, "leave", "2025-03-10T10:00").outcome == "cancelled"


def test_a_request_that_an_owner_decides_on_is_no_duty_of_the_hall(
    client: Client, stranger: User, enterprise: Enterprise
) -> None:
    client.force_login(stranger)
    client.post(reverse("enterprises:claim_details", args=[enterprise.credit_code]), {"note": "会计"})
    assert Clock.objects.count() == 0
