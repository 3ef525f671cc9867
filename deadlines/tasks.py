from dataclasses import asdict

from celery import shared_task

from deadlines import redate, services
from deadlines import sweep as sweeping


@shared_task(name="deadlines.sweep")
def sweep() -> dict[str, int]:
    """Fire what has passed; beat calls it each minute."""
    return asdict(sweeping.run())


@shared_task(name="deadlines.redate")
def redate_open_clocks() -> int:
    """Count open clocks again after a calendar change; the sweep does it too, a minute later."""
    return redate.catch_up()


@shared_task(name="deadlines.check_dates")
def check_dates() -> int:
    """Hold the dates of all open clocks against their count; beat calls it once a day."""
    return services.check_dates()


@shared_task(name="deadlines.stand_in")
def stand_in() -> dict[str, int]:
    """Substitutes take over, duties come back; beat calls it every ten minutes, entering an absence at once."""
    done = services.run_stand_ins()
    return {"handed": len(done.handed), "returned": len(done.returned), "fallen": len(done.fallen)}
