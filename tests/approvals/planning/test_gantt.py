"""Where bars stand: a duty covers the days after its event up to its last."""

from datetime import date

from approvals.planning.critical import make_schedule
from approvals.planning.gantt import Scale, actual_bars, planned_bars, scale_of
from approvals.planning.schedule import Days, Frame, Task, Way
from deadlines.calendars import published_only

CALENDAR = published_only()
# Monday 2 to Sunday 29 November 2026: 28 days, so a week is a quarter.
SCALE = Scale(date(2026, 11, 2), date(2026, 11, 29))


def test_a_duty_covers_the_days_after_its_event() -> None:
    bar = SCALE.bar("decision", date(2026, 11, 8), date(2026, 11, 15))
    assert (bar.x, bar.width) == ("25.000%", "25.000%")


def test_days_off_stand_in_runs_and_today_in_the_middle_of_its_day() -> None:
    ground = SCALE.ground(CALENDAR, date(2026, 11, 2))
    assert [(bar.x, bar.width) for bar in ground.closed] == [
        ("17.857%", "7.143%"), ("42.857%", "7.143%"), ("67.857%", "7.143%"), ("92.857%", "7.143%"),
    ]  # fmt: skip
    assert ground.today == "1.786%"
    assert SCALE.ground(CALENDAR, date(2026, 12, 1)).today == ""
    assert (ground.ticks, ground.starts) == ((), date(2026, 11, 2))


def test_long_plans_label_some_months_only() -> None:
    ticks = Scale(date(2026, 1, 20), date(2027, 12, 31)).ground(CALENDAR, date(2026, 1, 20)).ticks
    assert len(ticks) == 23
    assert sum(tick.labelled for tick in ticks) == 8


def test_bars_follow_each_other_and_nothing_is_drawn_for_no_day() -> None:
    task = Task("A", Days(1), Days(5), Days(0))
    starts = date(2026, 11, 9)
    item = make_schedule([task], Way.PARALLEL, Frame(CALENDAR, starts)).items[0]
    scale = scale_of([item], starts)
    assert [bar.kind for bar in planned_bars(scale, item)] == ["acceptance", "decision"]
    assert scale.first == starts
    assert scale.last > item.delivered
    real = actual_bars(scale, item, date(2026, 11, 11))
    assert [bar.kind for bar in real] == ["done", "expected"]
    assert [bar.kind for bar in actual_bars(scale, item, date(2026, 12, 1))] == ["done"]
