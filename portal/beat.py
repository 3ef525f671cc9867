"""Beat on a machine whose clock somebody sets."""

from typing import Any

from celery.beat import PersistentScheduler


class SteadyScheduler(PersistentScheduler):
    """Celery's own scheduler, which a clock that is set back does not silence.

    A line is due when its period has passed since it last ran. After the clock has gone an hour
    ahead and back, the last runs lie in the future, and Celery would wait until then; here every
    such line starts its period anew.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        ahead = [
            entry for entry in self.schedule.values() if entry.last_run_at and entry.last_run_at > entry.default_now()
        ]
        for entry in ahead:
            entry.last_run_at = entry.default_now()
        if ahead:
            # The order in which lines are looked at was made from times that no longer are.
            self._heap = None
        return super().tick(*args, **kwargs)
