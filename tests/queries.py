"""Counting the statements of a page or a service."""

from collections.abc import Callable

from django.db import connection
from django.test import utils

CALENDAR = ("deadlines_calendar", "deadlines_noticeday", "deadlines_hallhours")


class CaptureQueriesContext(utils.CaptureQueriesContext):
    """Django's, without the statements of the working calendar.

    The calendar is kept in memory and looked at again every two seconds: on a busy machine that
    falls into one of two counts and not into the other.
    """

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        return [query for query in super().captured_queries if not any(name in query["sql"] for name in CALENDAR)]


def statements(act: Callable[[], object]) -> int:
    """How many statements ``act`` sends."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)
