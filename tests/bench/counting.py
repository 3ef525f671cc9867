"""Counting beside the bare look-ups that any implementation has to make, in the same run.

The floors do no checking at all: they know that the day lies in the table, that no stop is empty
and where noon is. Rows are in microseconds per question (``ours_us``, ``floor_us``); a question
is too quick to be timed alone, so each time is that of many, divided. Adding days must stay
within three times its floor.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from deadlines import calendars, counting, workhours
from deadlines.counting import Stop
from deadlines.workdays import Calendar, Unit
from deadlines.workhours import SHANGHAI

QUESTIONS = 2_000
REPEATS = 25
LIMIT = 20
HOURS = timedelta(hours=8)


def run(rounds: int) -> list[dict[str, Any]]:
    """Medians of ``rounds``; needs no database. Refuses to compare with a floor that answers something else."""
    calendar = calendars.published_only()
    days = [date(2015, 1, 1) + timedelta(days=place * 4000 // QUESTIONS) for place in range(QUESTIONS)]
    moments = [datetime.combine(one, time(10, 20), tzinfo=SHANGHAI) for one in days]
    stopped = [(moment, _stops(moment)) for moment in moments]
    table, ruler = _table(calendar), _ruler(calendar)
    return [
        _row("add 20 working days", days, lambda one: calendar.add(one, LIMIT), _bare_add(table), rounds),
        _row(
            "end of 20 working days, stopped twice",
            stopped,
            lambda one: counting.end_of(calendar, one[0], LIMIT, Unit.WORKDAY, one[1]),
            _bare_end(table),
            rounds,
        ),
        _row(
            "add 8 working hours", moments, lambda one: workhours.add(calendar, one, HOURS), _bare_hours(ruler), rounds
        ),
    ]


def _stops(moment: datetime) -> list[Stop]:
    """Seven days from the third day, and two from the twentieth."""
    return [
        Stop(moment + timedelta(days=first), moment + timedelta(days=last), "检测")
        for first, last in ((3, 10), (20, 22))
    ]


def _table(calendar: Calendar) -> tuple[int, list[int], list[date]]:
    """First ordinal, how many working days lie on or before each day, and the working days."""
    first, last = date(calendar.first_year, 1, 1), date(calendar.last_year, 12, 31)
    rank, working = [], []
    for one in Calendar.days(first, last):
        if calendar.is_workday(one):
            working.append(one)
        rank.append(len(working))
    return first.toordinal(), rank, working


def _bare_add(table: tuple[int, list[int], list[date]]) -> Callable[[date], date]:
    base, rank, working = table
    return lambda one: working[rank[one.toordinal() - base] + LIMIT - 1]


def _bare_end(table: tuple[int, list[int], list[date]]) -> Callable[[tuple[datetime, list[Stop]]], datetime]:
    """Counted and taken out by rank; all stops are closed, in order, and lie within the limit."""
    base, rank, working = table

    def end(question: tuple[datetime, list[Stop]]) -> datetime:
        moment, stops = question
        place = rank[moment.toordinal() - base] + LIMIT
        for stop in stops:
            place += rank[stop.ends_at.toordinal() - base] - rank[stop.starts_at.toordinal() - base]
        return datetime.combine(working[place - 1], time.max, tzinfo=SHANGHAI)

    return end


def _ruler(calendar: Calendar) -> tuple[int, list[float]]:
    """First ordinal and open seconds before each day."""
    first, before = date(calendar.first_year, 1, 1), [0.0]
    for one in Calendar.days(first, date(calendar.last_year, 12, 31)):
        before.append(before[-1] + (27_000 if calendar.is_workday(one) else 0))
    return first.toordinal(), before


def _bare_hours(ruler: tuple[int, list[float]]) -> Callable[[datetime], datetime]:
    """Every day alike, from 8:30 to 12:00 and from 13:30 to 17:30; asked in the morning or on a day off."""
    base, before = ruler
    asked, wanted = 10 * 3600 + 20 * 60 - 30_600, HOURS.total_seconds()

    def add(moment: datetime) -> datetime:
        index = moment.toordinal() - base
        target = before[index] + (asked if before[index + 1] > before[index] else 0) + wanted
        found = bisect_left(before, target) - 1
        rest = target - before[found]
        seconds = 30_600 + rest + (5_400 if rest > 12_600 else 0)
        return datetime.combine(date.fromordinal(base + found), time.min, tzinfo=SHANGHAI) + timedelta(seconds=seconds)

    return add


def _row(
    name: str, questions: list[Any], ours: Callable[[Any], Any], floor: Callable[[Any], Any], rounds: int
) -> dict[str, Any]:
    if [ours(one) for one in questions] != [floor(one) for one in questions]:
        raise RuntimeError(f"the floor of “{name}” answers something else")
    times: dict[str, list[float]] = {"ours": [], "floor": []}
    for _round in range(max(rounds, 1) * REPEATS):
        for side, answer in (("ours", ours), ("floor", floor)):
            times[side].append(_microseconds(answer, questions))
    ours_us, floor_us = median(times["ours"]), median(times["floor"])
    return {
        "name": name,
        "unit": "question",
        "ours_us": round(ours_us, 3),
        "floor_us": round(floor_us, 3),
        "ours_ms": ours_us / 1000,
        "floor_ms": floor_us / 1000,
        "ratio": round(ours_us / floor_us, 2),
    }


def _microseconds(answer: Callable[[Any], Any], questions: list[Any]) -> float:
    began = perf_counter()
    for one in questions:
        answer(one)
    return (perf_counter() - began) * 1_000_000 / len(questions)
