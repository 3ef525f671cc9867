"""Settings of a hall that accidents are tried on: as at home, but beat comes every two seconds."""

from portal.settings.local import *  # noqa: F403
from portal.settings.local import CELERY_BEAT_SCHEDULE

for _line in CELERY_BEAT_SCHEDULE.values():
    if _line["schedule"] <= 60:
        _line["schedule"] = 2.0
        _line["options"] = {"expires": 20}
