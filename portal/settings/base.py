"""What is the same everywhere. Whatever differs from place to place is read from the environment."""

from datetime import UTC, datetime
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal import queues
from portal.paths import BASE_DIR, var_dir
from portal.settings.logs import LOGGING  # noqa: F401  (a setting)
from portal.settings.storage import default_storage

# Lets models and admins name their type parameters, as in ``UUIDField[UUID, UUID]``.
django_stubs_ext.monkeypatch()

env = environ.Env()
HALL_VAR = var_dir()

DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_ID = 1
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

HALL_APPS = [
    "common",
    "accounts",
    "ledger",
    "notifications",
    "files",
    "deadlines",
    "documents",
    "enterprises",
    "office",
    "projects",
    "reception",
    "coordination",
    "approvals",
    "supervision",
    "agency",
    "content",
    "dashboards",
    "portal",
]
INSTALLED_APPS = [
    # Before Django's and allauth's own, so that our templates and commands win.
    *HALL_APPS,
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "portal.static_files.HallStatic",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework.authtoken",
    "rules.apps.AutodiscoverRulesConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "common.middleware.RefusalMiddleware",
    "enterprises.acting.ActingMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.hall",
                "enterprises.acting.acting_for",
                "notifications.context.unread",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database and broker. manage.py fills both variables with the embedded servers where they are
# not set; without either, a command that needs no database still runs.
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres://hall@127.0.0.1:1/hall"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL: str = env("REDIS_URL", default="redis://127.0.0.1:1/0")
# In the database on purpose: signing in asks the cache for its rate limits, and with the cache
# in Valkey a dead Valkey would keep everybody out.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "hall_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = False
# How many proxies of our own stand before us: the rate limits believe that many.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = HALL_VAR / "static"
_NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS: list[Any] = [
    BASE_DIR / "static",
    *(
        (f"vendor/{name}", _NODE_MODULES / package / "dist")
        for name, package in (("bootstrap", "bootstrap"), ("htmx", "htmx.org"), ("echarts", "echarts"))
        if (_NODE_MODULES / package / "dist").is_dir()
    ),
]
STORAGES: dict[str, dict[str, Any]] = {
    "default": default_storage(env),
    "staticfiles": {"BACKEND": "portal.static_files.HashedStatic"},
}
MEDIA_ROOT = HALL_VAR / "media"
MEDIA_URL = "/media/"  # Never served: downloads go through files:download, which asks who may.
FILE_UPLOAD_PERMISSIONS = 0o640
HALL_UPLOAD_MAX_BYTES = env.int("HALL_UPLOAD_MAX_BYTES", default=50 * 1024 * 1024)
# The virus scanner, as tcp://host:port or unix:///path; with none, files are taken in unscanned.
CLAMD_URL: str = env("CLAMD_URL", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# E-mail: one file a message under the state folder, unless EMAIL_URL names a server.
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="hall@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = str(HALL_VAR / "mail")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if env("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))

# The hall's own
HALL_NOW = "common.time.system_now"
# Where links in e-mails lead.
_port = env("HALL_PORT", default="") or "8000"
HALL_BASE_URL = env("HALL_BASE_URL", default="") or f"http://127.0.0.1:{_port}"
# A folder with further fonts for official documents, for names with characters that the packaged fonts lack.
HALL_FONT_DIR = env("HALL_FONT_DIR", default="")
# How old the last sign of life of worker and sweep may be before /readyz says no.
HALL_HEARTBEAT_SECONDS = 120
HALL_SWEEP_SECONDS = 300
# The same for the worker of the slow queue, which never decides: longer than one of its tasks may take.
HALL_MAKER_SECONDS = 900

# Celery: delivery is at least once, so every task is safe to run twice and all are swept.
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the hard time limit: a shorter one would hand out a task that still runs.
    "visibility_timeout": 900,
    # Kombu by itself tries a dead broker for six seconds, and a person would wait that long at
    # every act. Nothing is lost: whatever is enqueued is swept too.
    "socket_connect_timeout": 1,
    "socket_timeout": 10,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "global_keyprefix": "hall:",
}
# Slow work has a queue and a worker of its own (docs/operations.md).
CELERY_TASK_DEFAULT_QUEUE = queues.HALL
CELERY_TASK_QUEUES = queues.QUEUES
CELERY_TASK_ROUTES = queues.ROUTES
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_BACKEND = None
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("CELERY_CONCURRENCY", default=2)
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "portal.beat:SteadyScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(HALL_VAR / "run" / "beat-schedule")


def _each(seconds: int, task: str) -> dict[str, Any]:
    """A line of the schedule; due at once where beat has no memory of it."""
    return {
        "task": task,
        "schedule": float(seconds),
        "last_run_at": datetime(2020, 1, 1, tzinfo=UTC),
        # A run that could not start before the next one is due is worth nothing.
        "options": {"expires": seconds - 5},
    }


CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": _each(60, "deadlines.sweep"),
    "receive-waiting": _each(60, "approvals.receive_waiting"),
    "archive": _each(60, "approvals.archive_ended"),
    "deliver": _each(60, "notifications.deliver_pending"),
    "make-documents": _each(60, "documents.make_pending"),
    "files": _each(60, "files.sweep"),
    "make-forms": _each(60, "approvals.make_forms"),
    "attach-awaited": _each(60, "approvals.attach_awaited"),
    "stand-in": _each(600, "deadlines.stand_in"),
    "settle-agency": _each(600, "agency.settle"),
    # Hourly, not at one hour of the day: a hall that is up by day only still plans, and planning repeats safely.
    "plan-visits": _each(3600, "enterprises.plan_visits"),
    "close-unconfirmed": _each(600, "reception.close_unconfirmed"),
    "remind-readers": _each(3600, "office.remind_readers"),
    "end-exceptions": _each(3600, "coordination.end_exceptions"),
    "propose-key-projects": _each(3600, "projects.propose_key_projects"),
    "begin-reports": _each(3600, "projects.begin_reports"),
    "remind-silent-firms": _each(3600, "projects.remind_silent_firms"),
    "look-after-teams": _each(600, "projects.look_after_teams"),
    "check-dates": _each(86400, "deadlines.check_dates"),
    "heartbeat": _each(30, "portal.heartbeat"),
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "common.rest.exception_handler",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "One-stop investment service hall",
    "DESCRIPTION": "Enterprises, projects, applications, cases, steps and visits under the same rules as the pages.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ApplicationStatusEnum": "approvals.models.Application.Status",
        "CaseStatusEnum": "approvals.models.Case.Status",
        "DecisionEnum": "approvals.models.Case.Decision",
        "StepStatusEnum": "approvals.models.Step.Status",
        "ClockKindEnum": "deadlines.models.ClockKind",
        "GroundEnum": "deadlines.models.Ground",
        "DayKindEnum": "deadlines.workdays.DayKind",
        "ProjectStageEnum": "projects.models.Stage",
        "MatterStageEnum": "approvals.models.Matter.Stage",
    },
}

# What the browser may do. Bootstrap's style sheet carries small pictures as data: addresses.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
