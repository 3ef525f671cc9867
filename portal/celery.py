"""The Celery app. ``portal.apps`` imports it, so every process of the hall has it as the current one."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

app = Celery("hall")
app.config_from_object("django.conf:settings", namespace="CELERY")
# The current app is kept for each thread; the default is what the web server's threads see.
app.set_default()
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Having a receiver is what keeps Celery from replacing Django's logging."""
    assert settings.LOGGING
