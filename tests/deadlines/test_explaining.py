"""Why this date: the days shown give the dates stored, whatever was stopped and extended; and what never should be."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from accounts.actors import Actor
from accounts.models import Role
from common.errors import HallError
from common.time import pretend
from deadlines import calendars, services, wording
from deadlines.explaining import Agreement, Explanation, Limit, explain_clock
from deadlines.models import CalendarOverride, Clock, ClockKind, Extension, Ground, Stop
from tests.deadlines.conftest import Office
from tests.factories.deadlines import day, make_clock
from tests.queries import statements

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday; five working days later is Monday 2025-03-10.
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def licence(office: Office, **fields: object) -> Clock:
    """A decision of five promised and ten lawful working days from Monday 2025-03-03."""
    defaults = {"kind": ClockKind.DECISION, "promised": 5, "lawful": 10, "starts_at": START, "role": Role.REVIEWER}
    return make_clock(department=office.department, **{**defaults, **fields})


def stop(clock: Clock, since: str, until: str = "", *, days: int = 3, ground: str = "hearing") -> None:
    with pretend(at(since)):
        services.stop_clock(
            actor=Actor.system(), clock_id=clock.pk, ground=ground, reason="听证", planned_days=days
        )  # fmt: skip
    if until:
        with pretend(at(until)):
            services.resume_clock(actor=Actor.system(), clock_id=clock.pk)
    clock.refresh_from_db()


def extend(clock: Clock, office: Office, amount: int) -> None:
    extension = services.ask_extension(
        actor=Actor(office.reviewer), clock_id=clock.pk, amount=amount, reason="案情复杂"
    )
    services.decide_extension(actor=Actor(office.head), extension_id=extension.pk, approve=True)
    clock.refresh_from_db()


def numbered(explanation: Explanation) -> list[tuple[str, int | None, int | None]]:
    return [
        (line.day.isoformat()[5:], line.promised and line.promised.number, line.lawful and line.lawful.number)
        for line in explanation.lines
    ]


def test_both_limits_stand_on_one_table(office: Office) -> None:
    clock = licence(office, lawful=7)
    with pretend(at("2025-03-05T09:00")):
        explanation = explain_clock(clock)
    assert numbered(explanation) == [
        ("03-03", None, None), ("03-04", 1, 1), ("03-05", 2, 2), ("03-06", 3, 3), ("03-07", 4, 4),
        ("03-08", None, None), ("03-09", None, None), ("03-10", 5, 5), ("03-11", None, 6), ("03-12", None, 7),
    ]  # fmt: skip
    assert [line.day for line in explanation.lines if line.event] == [day("2025-03-03")]
    assert [line.day for line in explanation.lines if line.today] == [day("2025-03-05")]
    assert [line.day for line in explanation.lines if line.promised and line.promised.ends] == [day("2025-03-10")]
    assert [line.day for line in explanation.lines if line.lawful and line.lawful.ends] == [day("2025-03-12")]
    assert explanation.agreement == Agreement.AGREES


def test_holidays_and_make_up_days_say_their_name_and_source(office: Office) -> None:
    explanation = explain_clock(licence(office, starts_at=at("2025-01-24T10:00"), promised=3, lawful=None))
    lines = {line.day.isoformat(): line for line in explanation.lines}
    made_up, holiday = lines["2025-01-26"], lines["2025-01-28"]
    assert (made_up.kind, made_up.name, made_up.promised.number) == ("makeup", "Spring Festival", 1)
    assert (holiday.kind, holiday.name, holiday.promised.number) == ("holiday", "Spring Festival", None)
    assert holiday.source == made_up.source
    assert made_up.source.startswith("国务院办公厅")
    assert lines["2025-01-25"].source == ""


def test_a_local_day_names_its_own_source(office: Office) -> None:
    services.set_override(
        actor=Actor(office.administrator),
        date=day("2025-03-06"),
        is_workday=False,
        name="台风停工",
        source="管委会通知3号",
    )
    explanation = explain_clock(licence(office))
    line = next(line for line in explanation.lines if line.day == day("2025-03-06"))
    assert (line.kind, line.name, line.source, line.promised.number) == (
        "local_day_off", "台风停工", "管委会通知3号", None,
    )  # fmt: skip
    assert CalendarOverride.objects.count() == 1


def test_stops_and_extension_are_marked_and_summed_up(office: Office) -> None:
    clock = licence(office, extension_cap=2, extension_rank=Role.HEAD)
    stop(clock, "2025-03-05T09:00", "2025-03-07T09:00")
    with pretend(at("2025-03-10T09:00")):
        extend(clock, office, 2)
        explanation = explain_clock(clock)
        with translation.override("en"):
            text = wording.sentence(explanation, explanation.promised)
    assert [line.day.day for line in explanation.lines if line.stopped is not None] == [6, 7]
    assert {line.stopped for line in explanation.lines if line.stopped} == {(Ground.HEARING.value,)}
    assert [(line.day.day, line.promised.extension) for line in explanation.lines if line.promised][-2:] == [
        (13, 1), (14, 2),
    ]  # fmt: skip
    assert text == (
        "5 working days, since 2025-03-03 (that day not counted), special procedure 2 days not counted, "
        "extended by 2 days, until 2025-03-14"
    )


def test_the_sentence_in_chinese(office: Office) -> None:
    clock = licence(office)
    stop(clock, "2025-03-05T09:00", "2025-03-07T09:00")
    with translation.override("zh-hans"):
        explanation = explain_clock(clock)
        assert wording.sentence(explanation, explanation.promised) == (
            "5 个工作日，自 2025-03-03 起（当日不计），特别程序 2 天不计，至 2025-03-12"
        )
        assert wording.sentence(explanation, explanation.lawful) == (
            "10 个工作日，自 2025-03-03 起（当日不计），特别程序 2 天不计，至 2025-03-19"
        )


def test_an_open_stop_shows_the_days_up_to_today(office: Office) -> None:
    clock = licence(office)
    stop(clock, "2025-03-05T09:00", days=5)
    with pretend(at("2025-03-10T09:00")):
        explanation = explain_clock(clock)
        with translation.override("en"):
            text = wording.sentence(explanation, explanation.promised)
    assert explanation.stands_still
    assert explanation.agreement == Agreement.AGREES
    assert (explanation.lines[-1].day, explanation.lines[-1].today) == (day("2025-03-10"), True)
    assert [line.promised.number for line in explanation.lines] == [None, 1, 2, None, None, None, None, None]
    assert text == (
        "5 working days, since 2025-03-03 (that day not counted), special procedure 3 days not counted, "
        "standing still since 2025-03-05, until 2025-03-17 if it goes on as planned on 2025-03-12"
    )


def test_a_stop_longer_than_planned_promises_no_date(office: Office) -> None:
    clock = licence(office)
    stop(clock, "2025-03-05T09:00", days=2)
    with pretend(at("2025-03-20T09:00")), translation.override("en"):
        explanation = explain_clock(clock)
        assert wording.sentence(explanation, explanation.promised).endswith("standing still since 2025-03-05")


def test_hours_are_counted_by_the_day(office: Office) -> None:
    clock = licence(office, unit=Clock.Unit.WORKHOUR, promised=8, lawful=10, starts_at=at("2025-03-06T14:30"))
    explanation = explain_clock(clock)
    # Thursday from 14:30 to 17:30, Friday 7.5 hours; two hours and a half of the ten are left for it.
    assert [(line.day.day, line.promised.seconds, line.promised.total) for line in explanation.lines] == [
        (6, 10800, 10800), (7, 18000, 28800),
    ]  # fmt: skip
    assert [line.lawful.seconds for line in explanation.lines] == [10800, 25200]
    with translation.override("en"):
        assert wording.sentence(explanation, explanation.promised).startswith(
            "8 working hours, since 6 March 2025 14:30,"
        )
        assert [(row.promised, row.promised_notes) for row in wording.rows(explanation)] == [
            ("3 h", ["3 h in all"]), ("5 h", ["8 h in all"]),
        ]  # fmt: skip
        assert [run.counted for run in wording.folded(explanation)] == ["3 h, 3 h in all", "5 h, 8 h in all"]
        assert wording.rows(explanation)[0].note == "begins at 6 March 2025 14:30"


def test_a_finished_clock_marks_the_day_it_was_done(office: Office) -> None:
    clock = licence(office)
    with pretend(at("2025-03-06T09:00")):
        services.finish(clock_id=clock.pk)
    clock.refresh_from_db()
    explanation = explain_clock(clock, at("2025-03-07T09:00"))
    assert [line.day.day for line in explanation.lines if line.done] == [6]
    assert [line for line in explanation.lines if line.today] == []
    assert explanation.lines[-1].day == day("2025-03-17")
    assert [wording.lateness(explanation, limit) for limit in explanation.limits] == ["", ""]


def test_what_was_done_after_the_table_ends_is_said(office: Office) -> None:
    clock = licence(office)
    with pretend(at("2025-03-18T09:00")), translation.override("en"):
        assert [wording.lateness(explain_clock(clock), limit) for limit in explain_clock(clock).limits] == [
            "Passed, and not done", "Passed, and not done",
        ]  # fmt: skip
        services.finish(clock_id=clock.pk)
        clock.refresh_from_db()
        explanation = explain_clock(clock)
        assert wording.lateness(explanation, explanation.promised) == "Done on 2025-03-18, after this limit"


def test_a_clock_finished_during_a_stop_is_explained_as_it_was_counted(office: Office) -> None:
    clock = licence(office)
    stop(clock, "2025-03-05T09:00", days=5)
    with pretend(at("2025-03-07T09:00")):
        services.finish(clock_id=clock.pk)
    clock.refresh_from_db()
    explanation = explain_clock(clock, at("2025-03-20T09:00"))
    assert explanation.agreement == Agreement.AGREES
    assert not explanation.stands_still
    assert last(explanation, explanation.promised) == clock.due_at.astimezone(ZONE).date()


def test_stops_of_inner_clocks_stand_on_the_table_of_the_outer(office: Office) -> None:
    outer = licence(office)
    inner = licence(office, kind=ClockKind.STEP, parent_id=outer.pk, promised=3, lawful=3)
    stop(inner, "2025-03-05T09:00", "2025-03-06T09:00")
    outer.refresh_from_db()
    explanation = explain_clock(outer)
    assert explanation.agreement == Agreement.AGREES
    assert [line.day.day for line in explanation.lines if line.stopped is not None] == [6]


def test_what_a_changed_calendar_left_is_no_alarm(office: Office) -> None:
    clock = licence(office)
    with pretend(at("2025-03-12T09:00")):
        services.finish(clock_id=clock.pk)
    services.set_override(
        actor=Actor(office.administrator), date=day("2025-03-06"), is_workday=False, name="停工", source="通知"
    )
    calendars.invalidate()
    clock.refresh_from_db()
    assert explain_clock(clock).agreement == Agreement.OLDER_CALENDAR


def test_tampered_dates_are_noticed(office: Office) -> None:
    clock = licence(office)
    assert explain_clock(clock).agreement == Agreement.AGREES
    clock.due_at += timedelta(days=1)
    assert explain_clock(clock).agreement == Agreement.DISAGREES
    # A tampered stop is noticed just so.
    other = licence(office)
    stop(other, "2025-03-05T09:00", "2025-03-07T09:00")
    Stop.objects.filter(clock=other).update(ends_at=at("2025-03-06T09:00"))
    other.refresh_from_db()
    assert explain_clock(other).agreement == Agreement.DISAGREES


def last(explanation: Explanation, limit: Limit) -> object:
    """The last counted day of a limit."""
    counts = [(line.day, line.promised if limit is explanation.promised else line.lawful) for line in explanation.lines]
    return [day for day, count in counts if count is not None and count.counted][-1]


def end_line(explanation: Explanation, limit: Limit) -> object:
    """The day that is marked as the end of a limit, which is its last line."""
    lines = [(one.day, one.promised if limit is explanation.promised else one.lawful) for one in explanation.lines]
    marked = [(day, count.ends) for day, count in lines if count is not None]
    assert [ends for _day, ends in marked] == [False] * (len(marked) - 1) + [True]
    return marked[-1][0]


def days_of_stops(explanation: Explanation) -> set[object]:
    return {timezone.localtime(one.starts_at).date() for one in explanation.stops}


def play(random_: random.Random, clock: Clock, office: Office, moment: datetime) -> datetime:
    """A few stops and an extension at random moments, through the services; what they refuse is left out."""
    for _ in range(random_.randrange(4)):
        moment += timedelta(hours=random_.randrange(1, 90))
        act = random_.choice(["stop", "stop", "extend"])
        try:
            if act == "extend":
                with pretend(moment):
                    extend(clock, office, random_.randrange(1, 7))
                continue
            with pretend(moment):
                services.stop_clock(
                    actor=Actor.system(), clock_id=clock.pk, ground=random_.choice(Ground.values), reason="评审",
                    planned_days=random_.randrange(1, 9),
                )  # fmt: skip
            moment += timedelta(hours=random_.randrange(0, 300))
            if random_.random() < 0.8:
                with pretend(moment):
                    services.resume_clock(actor=Actor.system(), clock_id=clock.pk)
        except HallError:
            continue
    return moment


@pytest.mark.parametrize("seed", range(60))
def test_the_last_counted_day_is_the_stored_date(office: Office, seed: int) -> None:
    random_ = random.Random(seed)
    unit = random_.choice(list(Clock.Unit))
    promised = random_.randrange(1, 25)
    start = datetime(2024, 1, 1, tzinfo=ZONE) + timedelta(hours=random_.randrange(365 * 24))
    clock = licence(
        office, unit=unit, promised=promised, lawful=promised + random_.randrange(10), starts_at=start,
        extension_cap=6, extension_rank=Role.HEAD,
    )  # fmt: skip
    moment = play(random_, clock, office, start)
    clock.refresh_from_db()
    if random_.random() < 0.3:
        with pretend(moment):
            services.finish(clock_id=clock.pk)
        clock.refresh_from_db()
    with pretend(moment):
        explanation = explain_clock(clock)
        runs = wording.folded(explanation)
    assert explanation.agreement == Agreement.AGREES
    days = [line.day for line in explanation.lines]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    for limit in explanation.limits:
        if limit.ends_at is None:
            assert explanation.stands_still
        else:
            assert limit.ends_at == limit.due_at
            due_on = timezone.localtime(limit.due_at).date()
            assert end_line(explanation, limit) == due_on
            # Stopped on its very last day a limit has nothing left, and ends when the stop does.
            assert last(explanation, limit) == due_on or last(explanation, limit) in days_of_stops(explanation)
    covered = [run.first + timedelta(days=one) for run in runs for one in range((run.last - run.first).days + 1)]
    assert covered == [line.day for line in explanation.lines if line.promised is not None]


def test_the_same_number_of_queries_whatever_happened(office: Office) -> None:
    plain, eventful = licence(office), licence(office, extension_cap=3, extension_rank=Role.HEAD)
    for month_day in range(4, 8):
        stop(eventful, f"2025-03-0{month_day}T09:00", f"2025-03-0{month_day}T10:00")
    assert Stop.objects.filter(clock=eventful).count() == 4
    assert not Extension.objects.exists()
    assert statements(lambda: explain_clock(plain)) == statements(lambda: explain_clock(eventful)) == 1


def test_equal_days_are_folded_for_the_applicant(office: Office) -> None:
    clock = licence(office)
    stop(clock, "2025-03-05T09:00", "2025-03-07T09:00")
    with translation.override("zh-hans"), pretend(at("2025-03-07T12:00")):
        runs = wording.folded(explain_clock(clock))
        assert [(run.dates, run.text, run.counted, run.ends, run.today) for run in runs] == [
            ("3月3日", "起算日，不计", "", False, False),
            ("3月4日–5日", "工作日", "第 1–2 天", False, False),
            ("3月6日–7日", "特别程序：听证，不计", "", False, True),
            ("3月8日–9日", "周末，不计", "", False, False),
            ("3月10日–12日", "工作日", "第 3–5 天", True, False),
        ]


def test_stretches_of_days_are_written_short() -> None:
    with translation.override("en"):
        assert wording.date_range(day("2025-12-31"), day("2026-01-02"), 2025) == "31 December – 2 January 2026"
        assert wording.date_range(day("2026-01-03"), day("2026-01-04"), 2025) == "3–4 January 2026"
    with translation.override("zh-hans"):
        assert wording.date_range(day("2025-12-31"), day("2026-01-02"), 2025) == "12月31日 – 2026年1月2日"
        assert wording.date_range(day("2026-01-03"), day("2026-01-04"), 2025) == "2026年1月3日–4日"
