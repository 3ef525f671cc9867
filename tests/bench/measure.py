"""Stopwatch, medians and the printed table."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from tests.bench import Row


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that ``act`` takes."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def median_per_unit(rounds: list[list[float]]) -> float:
    """Median of the rounds, each round being the median of its single times."""
    return statistics.median(statistics.median(times) for times in rounds)


def p95(times: list[float]) -> float:
    """The value that 95 in a hundred stay under."""
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


def as_row(row: Row | dict[str, Any]) -> Row:
    """Modules may hand back plain dictionaries with the same names."""
    if isinstance(row, Row):
        return row
    return Row(row["name"], row.get("unit", "run"), row["ours_ms"], row.get("floor_ms"))


def print_table(rows: list[Row]) -> None:
    """Name, ours, floor, ratio, units per second; what takes less than a hundredth of a millisecond in microseconds."""
    print(f"\n{'':54}{'ours ms':>10}{'floor ms':>10}{'ratio':>7}{'per s':>11}")
    for row in rows:
        floor = _short(row.floor_ms) if row.floor_ms else "—"
        ratio = f"{row.ratio:7.1f}" if row.ratio else f"{'—':>7}"
        figures = f"{_short(row.ours_ms):>10}{floor:>10}{ratio}{1000 / row.ours_ms:11.1f}"
        print(f"{row.name + ' (' + row.unit + ')':54}{figures}")


def _short(milliseconds: float) -> str:
    return f"{milliseconds * 1000:.2f} µs" if milliseconds < 0.01 else f"{milliseconds:.2f}"
