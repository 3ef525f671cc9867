"""What can be expected of a case in each state, from today on. No database: facts in, dates out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from approvals.models import Case
from approvals.planning.actual import CaseFact, Forecast, Gap, forecast
from approvals.planning.reading import Planned
from deadlines.calendars import published_only
from tests.approvals.scene import LIMITS

S = Case.Status
CALENDAR = published_only()
# An ordinary Monday; the case came in a week before.
TODAY = date(2026, 11, 16)
PLANNED = Planned("GC01", "规划许可", "Planning permit", LIMITS, ())


def at(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 2, tzinfo=UTC)


def fact(status: str, code: str = "GC01", **more: Any) -> CaseFact:
    values: dict[str, Any] = {
        "pk": len(code) * 100 + sum(map(ord, code)), "number": f"BJ{code}", "application": 1, "status": status,
        "planned": replace(PLANNED, code=code), "decision": "", "waits_for": (), "received_at": at(9),
        "accepted_at": None, "decided_at": None, "delivered_at": None, "due_at": None, "stopped": False,
        "window": "窗口", "window_en": "Window",
    }  # fmt: skip
    return CaseFact(**{**values, **more})


def expect(*cases: CaseFact) -> Forecast:
    return forecast(cases, CALENDAR, TODAY)


def dates(found: Forecast, case: CaseFact) -> tuple[date, ...]:
    one = found.dates[case.pk]
    return one.begins, one.accepted, one.decided, one.certificate, one.delivered


def day(number: int, month: int = 11) -> date:
    return date(2026, month, number)


def test_received_and_overdue_is_accepted_today_at_the_earliest() -> None:
    case = fact(S.RECEIVED, due_at=at(10))
    assert dates(expect(case), case) == (day(9), TODAY, day(30), day(30), day(2, 12))


def test_received_in_time_is_accepted_when_due() -> None:
    case = fact(S.RECEIVED, received_at=at(16), due_at=at(17))
    assert dates(expect(case), case)[:2] == (TODAY, day(17))


def test_correcting_begins_anew_when_answered_today() -> None:
    case = fact(S.CORRECTING)
    assert dates(expect(case), case)[:3] == (day(9), day(17), day(1, 12))


def test_reviewing_ends_when_its_clock_says() -> None:
    """Its clock has the special procedure and the extension in it."""
    case = fact(S.REVIEWING, accepted_at=at(10), due_at=at(18, 12))
    assert dates(expect(case), case)[2:4] == (day(18, 12), day(18, 12))


def test_notice_runs_before_acceptance() -> None:
    planned = replace(PLANNED, notice={"days": 20, "unit": "calendar"})
    case = fact(S.PUBLISHED, planned=planned)
    assert dates(expect(case), case)[1] == CALENDAR.add(day(29), 1)


def test_decided_is_delivered_when_due_and_delivered_is_done() -> None:
    granted = {"decision": "granted", "accepted_at": at(10), "decided_at": at(12)}
    decided = fact(S.DECIDED, due_at=at(17), **granted)
    assert dates(expect(decided), decided)[3:] == (day(12), day(17))
    delivered = fact(S.DELIVERED, delivered_at=at(13), **granted)
    found = expect(delivered)
    assert dates(found, delivered)[3:] == (day(12), day(13))
    assert (found.there, found.coming) == (frozenset({"GC01"}), {})


def test_certificate_waits_for_the_one_that_follows_and_for_the_promised_paper() -> None:
    granted = {"decision": "granted", "accepted_at": at(10), "decided_at": at(12), "due_at": at(16)}
    first = fact(S.REVIEWING, "LX05", accepted_at=at(10), due_at=at(25))
    held = fact(S.DECIDED, gaps=(Gap("LX05", None, None),), **granted)
    found = expect(first, held)
    assert dates(found, held)[3:] == (day(25), day(27))
    assert found.coming == {"LX05": day(25), "GC01": day(25)}
    paper = fact(S.DECIDED, gaps=(Gap("", day(30), None),), **granted)
    assert dates(expect(paper), paper)[3] == day(30)
    filled = fact(S.DECIDED, gaps=(Gap("LX05", None, at(13)),), **granted)
    assert expect(filled).there == {"GC01"}
    assert dates(expect(filled), filled)[3] == day(13)


def test_waiting_begins_with_the_certificate_it_waits_for() -> None:
    first = fact(S.REVIEWING, "LX05", accepted_at=at(10), due_at=at(25))
    waiting = fact(S.WAITING, waits_for=("LX05",))
    assert dates(expect(first, waiting), waiting)[0] == day(25)


def test_refusal_and_withdrawal_block_those_behind() -> None:
    refused = fact(S.DELIVERED, "LX05", decision="refused", accepted_at=at(10), decided_at=at(12), delivered_at=at(13))
    waiting = fact(S.WAITING, waits_for=("LX05",))
    behind = fact(S.WAITING, "SG01", waits_for=("GC01",))
    found = expect(refused, waiting, behind)
    assert found.blocked == {waiting.pk, behind.pk}
    assert list(found.dates) == [refused.pk]
    assert (found.there, found.coming) == (frozenset(), {})
    gone = fact(S.WITHDRAWN, "LX05")
    assert expect(gone, waiting).blocked == {waiting.pk}
    # Applied for again: the new case counts.
    again = replace(fact(S.RECEIVED, "LX05", due_at=at(17)), pk=7)
    assert expect(gone, again, waiting).blocked == frozenset()


def test_on_a_commitment_the_decision_follows_at_once() -> None:
    case = fact(S.WAITING, "SG07", planned=replace(PLANNED, code="SG07", by_commitment=True))
    assert dates(expect(case), case)[:3] == (TODAY, day(17), day(18))
