"""Which work may keep others waiting: the two queues of the hall, and which tasks go to the slow one.

Without Django: the settings and the supervisor read it.
"""

from kombu import Exchange, Queue

# Celery's own name for the default queue, so that what an older release has enqueued is still done.
HALL = "celery"
SLOW = "slow"

# Whose pace a typesetter, a drawing program, a virus scanner, a mail server or the mere number of rows sets. The
# duties of people (sweep, stand-ins, received cases) and the heartbeat never stand behind them.
SLOW_TASKS = (
    "approvals.archive_ended",
    "approvals.make_forms",
    "deadlines.check_dates",
    "documents.make_pending",
    "files.make_previews",
    "files.scan",
    "files.sweep",
    "notifications.deliver_pending",
)

# Both are named, so that a worker that is started without -Q serves both: an upgrade strands nothing.
QUEUES = tuple(Queue(name, Exchange(name), routing_key=name) for name in (HALL, SLOW))
ROUTES = {name: {"queue": SLOW} for name in SLOW_TASKS}
