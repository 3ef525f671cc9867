"""The opening hours at the foot of every page."""

from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from deadlines import calendars
from deadlines.models import HallHours
from deadlines.timetable import OFFICE_HOURS, Period, Timetable
from portal.opening import week_text

DAY: tuple[Period, ...] = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
MORNING: tuple[Period, ...] = ((time(9), time(11, 30)),)


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (OFFICE_HOURS, "周一至周五 8:30–12:00、13:30–17:30"),
        (Timetable(dict.fromkeys(range(7), DAY)), "周一至周日 8:30–12:00、13:30–17:30"),
        (
            Timetable({**dict.fromkeys(range(4), DAY), 4: MORNING, 5: (), 6: MORNING}),
            "周一至周四 8:30–12:00、13:30–17:30；周五 9:00–11:30；周日 9:00–11:30",
        ),
        (Timetable({0: DAY, 1: MORNING, 2: MORNING}), "周一 8:30–12:00、13:30–17:30；周二、周三 9:00–11:30"),
    ],
)
def test_days_in_a_row_with_the_same_hours_are_one_stretch(hours: Timetable, text: str):
    with translation.override("zh-hans"):
        assert week_text(hours) == text


def test_english():
    with translation.override("en"):
        assert week_text(OFFICE_HOURS) == "Mon to Fri 8:30–12:00, 13:30–17:30"


def test_foot_of_the_page_follows_the_halls_hours_and_asks_nothing_more(client: Any, db: None, empty_cache: None):
    calendars.invalidate()
    assert "工作日开放时间：周一至周五 8:30–12:00、13:30–17:30<" in client.get("/guides/").content.decode()
    HallHours.objects.all().delete()
    HallHours.objects.create(weekday=0, opens=time(9), closes=time(16))
    calendars.invalidate()
    assert "工作日开放时间：周一 9:00–16:00<" in client.get("/guides/").content.decode()
    with CaptureQueriesContext(connection) as seen:
        client.get("/guides/")
    assert [query["sql"] for query in seen.captured_queries if "hallhours" in query["sql"]] == []
    calendars.invalidate()
