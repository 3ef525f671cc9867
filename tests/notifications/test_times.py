"""Quiet hours and the daily digest as moments: pure, in the hall's wall time."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from notifications import times
from notifications.models import DeliveryTimes
from notifications.seed import seed

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = DeliveryTimes()
NOON = DeliveryTimes(quiet_from=time(12), quiet_until=time(14))
NEVER = DeliveryTimes(quiet_from=time(21), quiet_until=time(21))


def at(text: str) -> datetime:
    """``"10 21:00"``: a moment of March 2025 in the hall."""
    return datetime.strptime(f"2025-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("set_times", "moment", "allowed"),
    [
        (NIGHT, "10 20:59", "10 20:59"),
        (NIGHT, "10 21:00", "11 07:30"),
        (NIGHT, "10 23:59", "11 07:30"),
        (NIGHT, "11 00:00", "11 07:30"),
        (NIGHT, "11 07:29", "11 07:30"),
        (NIGHT, "11 07:30", "11 07:30"),
        (NIGHT, "31 22:00", "32 07:30"),
        (NOON, "10 11:59", "10 11:59"),
        (NOON, "10 12:00", "10 14:00"),
        (NOON, "10 13:59", "10 14:00"),
        (NOON, "10 14:00", "10 14:00"),
        (NOON, "10 23:00", "10 23:00"),
        (NEVER, "10 21:00", "10 21:00"),
        (NEVER, "11 03:00", "11 03:00"),
    ],
)
def test_quiet_hours_hold_from_their_first_moment_to_their_last(
    set_times: DeliveryTimes, moment: str, allowed: str
) -> None:
    expected = datetime(2025, 4, 1, 7, 30, tzinfo=ZONE) if allowed.startswith("32") else at(allowed)
    assert times.next_allowed(at(moment), set_times) == expected


def test_outside_quiet_hours_the_moment_stays_as_it_is() -> None:
    moment = datetime(2025, 3, 10, 3, 0, 0, 7, tzinfo=UTC)
    assert times.next_allowed(moment, NIGHT) is moment


def test_the_last_microsecond_is_quiet() -> None:
    moment = datetime(2025, 3, 11, 7, 29, 59, 999999, tzinfo=ZONE)
    assert times.next_allowed(moment, NIGHT) == at("11 07:30")


@pytest.mark.parametrize(
    ("moment", "digest"),
    [
        ("10 00:00", "10 08:30"),
        ("10 08:29", "10 08:30"),
        ("10 08:30", "11 08:30"),
        ("10 08:31", "11 08:30"),
        ("10 23:59", "11 08:30"),
    ],
)
def test_the_next_digest_is_strictly_later(moment: str, digest: str) -> None:
    assert times.next_digest(at(moment), NIGHT) == at(digest)


def test_the_wall_is_the_halls_whatever_zone_the_moment_is_given_in() -> None:
    """13:00 UTC is 21:00 in the hall, where the clocks are not put forward at the end of March."""
    assert times.next_allowed(datetime(2025, 3, 29, 13, tzinfo=UTC), NIGHT) == at("30 07:30")
    assert times.next_digest(datetime(2025, 3, 30, 0, 30, tzinfo=UTC), NIGHT) == at("31 08:30")


def test_parameters_ask_once(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    DeliveryTimes.objects.update(quiet_until=time(6), digest_at=time(9, 15))
    with django_assert_num_queries(1):
        found = times.parameters(at("10 22:00"))
    assert found == {"at": at("10 22:00"), "allowed_at": at("11 06:00"), "digest_at": at("11 09:15")}


def test_given_times_ask_nothing() -> None:
    assert times.parameters(at("10 12:30"), NOON) == {
        "at": at("10 12:30"),
        "allowed_at": at("10 14:00"),
        "digest_at": at("11 08:30"),
    }


def test_the_row_is_there_after_migrate_and_what_was_set_stays(db: None) -> None:
    assert list(DeliveryTimes.objects.values_list()) == [(1, time(21), time(7, 30), time(8, 30))]
    DeliveryTimes.objects.update(digest_at=time(10))
    seed()
    assert times.load().digest_at == time(10)


def test_without_the_row_the_defaults_hold(db: None) -> None:
    DeliveryTimes.objects.all().delete()
    loaded = times.load()
    assert (loaded.quiet_from, loaded.quiet_until, loaded.digest_at) == (time(21), time(7, 30), time(8, 30))


def test_there_is_one_row(db: None) -> None:
    with pytest.raises(IntegrityError, match="one_delivery_times"):
        DeliveryTimes.objects.create(pk=2)


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "digest_at", "fits"),
    [
        (21, 7, 7, True),
        (21, 7, 6, False),
        (21, 7, 20, True),
        (21, 7, 21, False),
        (12, 14, 11, True),
        (12, 14, 12, False),
        (12, 14, 14, True),
        (12, 12, 12, True),
    ],
)
def test_a_digest_in_quiet_hours_cannot_be_set(
    db: None, quiet_from: int, quiet_until: int, digest_at: int, fits: bool
) -> None:
    change = {"quiet_from": time(quiet_from), "quiet_until": time(quiet_until), "digest_at": time(digest_at)}
    if fits:
        assert DeliveryTimes.objects.update(**change) == 1
        return
    with pytest.raises(IntegrityError, match="digest_outside_quiet_hours"):
        DeliveryTimes.objects.update(**change)
