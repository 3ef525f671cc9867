"""For the tests: real servers, cheap password hashes, a clock that can be moved."""

import os
from typing import Any

from portal.settings.base import *  # noqa: F403
from portal.settings.base import BASE_DIR, CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, HALL_VAR, LOGGING, REDIS_URL, env

SECRET_KEY = "tests-only-" + "0123456789" * 5
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# HALL_TEST_DATABASE is set for the worker that a test starts: it works on the test database.
_name: str = env("HALL_TEST_DATABASE", default="")
DATABASES = {
    "default": {
        **DATABASES["default"],
        **({"NAME": _name} if _name else {}),
        "CONN_MAX_AGE": 0,
        # A test database needs no durability; a commit that waits for the disk costs most of a test.
        "OPTIONS": {"options": "-c synchronous_commit=off"},
        "TEST": {"NAME": "test_hall"},
    }
}

# pytest-xdist names its processes gw0, gw1, …; the workers that they start inherit the name.
_process = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
# Databases of the broker that ``make run`` does not use, from the last of sixteen down: one for each process.
CELERY_BROKER_URL = f"{REDIS_URL.rsplit('/', 1)[0]}/{15 - int(_process.removeprefix('gw'))}"
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": "hall-test:"}
CELERY_BEAT_SCHEDULE_FILENAME = str(HALL_VAR / "run" / f"beat-schedule-test-{_process}")

HALL_NOW = "tests.clock.now"
MEDIA_ROOT = HALL_VAR / f"test-media-{_process}"
CLAMD_URL = ""
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if _name:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(HALL_VAR / f"test-mail-{_process}")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = BASE_DIR / "static"
# The worker and beat that a test starts say when they are ready.
LOGGING = {**LOGGING, "root": {"handlers": ["console"], "level": "INFO" if _name else "WARNING"}}
# One machine signs in hundreds of times in a minute; the limits have tests of their own.
ACCOUNT_RATE_LIMITS: dict[str, Any] = {}
