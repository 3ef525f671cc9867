"""For ``make run`` and for work on the code: plain HTTP on the loopback address."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import env

DEBUG = env.bool("DEBUG", default=False)
# Good for nothing but sessions on this machine; ``make run`` passes one of its own.
SECRET_KEY = env("SECRET_KEY", default="only-for-this-machine-" + "0123456789" * 4)
