"""For ``make run`` and for work on the code: plain HTTP on the loopback address."""

from portal.embedded.state import State
from portal.settings.base import *  # noqa: F403
from portal.settings.base import HALL_VAR, LOGGING, env

DEBUG = env.bool("DEBUG", default=False)
# Made once for this machine and kept in the state folder.
SECRET_KEY = env("SECRET_KEY", default="") or State(HALL_VAR).secret("django")
# The terminal is for what a person does: the tasks of every minute speak up only when they fail.
LOGGING = {
    **LOGGING,
    "loggers": {**LOGGING["loggers"], "celery.beat": {"level": "WARNING"}, "celery.app.trace": {"level": "WARNING"}},
}
