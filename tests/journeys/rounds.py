"""Days of the movable clock with the real beat and worker."""

from datetime import datetime, timedelta
from pathlib import Path

from deadlines.models import SweepState
from tests.clock import HallClock
from tests.fixtures_processes import HallProcess, wait_until


class Days:
    """Moves the clock to a moment of 2026 and lets beat begin its rounds anew there."""

    def __init__(self, clock: HallClock, worker: HallProcess, beat: HallProcess) -> None:
        self.clock = clock
        self.worker = worker
        self.beat = beat

    def come(self, month: int, day: int, hour: int = 9) -> None:
        """Now it is this day; nobody has looked yet."""
        self.clock.set(datetime(2026, month, day, hour))  # noqa: DTZ001 (naive means the hall's time zone)

    def beat_round(self) -> None:
        """Beat asks for a sweep at once, since its schedule is new; waits until the worker has done it."""
        moment = self.clock.now()
        # Not just "later than now": the sweep of beat's start ran on the machine's own, later date.
        this_round = (moment, moment + timedelta(hours=1))
        self.ring()
        wait_until(
            lambda: SweepState.objects.filter(last_run_at__range=this_round).exists(), seconds=60, what="a sweep"
        )

    def ring(self) -> None:
        self.beat.stop()
        schedule = next(word for word in self.beat.arguments if word.startswith("--schedule=")).partition("=")[2]
        for left in Path(schedule).parent.glob(f"{Path(schedule).name}*"):
            left.unlink()
        self.beat.start()
