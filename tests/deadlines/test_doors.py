"""The sentence about opening hours at the foot of every page."""

from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from deadlines import calendars
from deadlines.doors import opening_sentence
from deadlines.models import HallHours
from deadlines.timetable import OFFICE_HOURS, Timetable

MORNING, AFTERNOON = (time(8, 30), time(12)), (time(13, 30), time(17, 30))
WHOLE = (MORNING, AFTERNOON)


@pytest.mark.parametrize(
    ("hours", "chinese", "english"),
    [
        (
            OFFICE_HOURS,
            "窗口工作日 8:30–12:00、13:30–17:30 开放",
            "Windows are open on working days 8:30–12:00 and 13:30–17:30",
        ),
        (
            Timetable({**dict.fromkeys(range(4), WHOLE), 4: (MORNING,)}),
            "窗口开放时间：星期一至星期四 8:30–12:00、13:30–17:30；星期五 8:30–12:00",
            "Windows are open Monday to Thursday 8:30–12:00 and 13:30–17:30; Friday 8:30–12:00",
        ),
        (
            Timetable({**dict.fromkeys(range(5), WHOLE), 5: (MORNING,)}),
            "窗口开放时间：星期一至星期五 8:30–12:00、13:30–17:30；星期六 8:30–12:00",
            "Windows are open Monday to Friday 8:30–12:00 and 13:30–17:30; Saturday 8:30–12:00",
        ),
        (Timetable({5: (MORNING,)}), "窗口开放时间：星期六 8:30–12:00", "Windows are open Saturday 8:30–12:00"),
    ],
)
def test_sentence(hours: Timetable, chinese: str, english: str):
    with translation.override("zh-hans"):
        assert opening_sentence(hours) == chinese
    with translation.override("en"):
        assert opening_sentence(hours) == english


def test_foot_of_the_page_says_the_hours_in_force(client: Any, db: None):
    client.cookies["django_language"] = "zh-hans"
    HallHours.objects.all().delete()
    HallHours.objects.create(weekday=0, opens=time(9), closes=time(11))
    calendars.invalidate()
    assert "窗口开放时间：星期一 9:00–11:00" in client.get("/query/").content.decode()


def test_foot_of_the_page_asks_the_database_nothing_while_the_calendar_is_fresh(
    client: Any, db: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(calendars, "CHECK_SECONDS", 3600.0)
    calendars.current()
    with CaptureQueriesContext(connection) as seen:
        client.get("/query/")
    assert [query["sql"] for query in seen if "deadlines_" in query["sql"]] == []
