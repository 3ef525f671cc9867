"""For ``make run`` and for work on the code: plain HTTP on the loopback address."""

from portal.embedded.state import State
from portal.settings.base import *  # noqa: F403
from portal.settings.base import HALL_VAR, env

DEBUG = env.bool("DEBUG", default=False)
# Made once for this machine and kept in the state folder.
SECRET_KEY = env("SECRET_KEY", default="") or State(HALL_VAR).secret("django")
