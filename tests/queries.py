"""Counting the statements of a page or a service."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements(act: Callable[[], object]) -> int:
    """How many statements ``act`` sends.

    Without those of the working calendar, which is kept in memory and looked at again every two
    seconds: on a busy machine they fall into one of two counts and not into the other.
    """
    with CaptureQueriesContext(connection) as seen:
        act()
    return sum("deadlines_calendar" not in query["sql"] for query in seen.captured_queries)
