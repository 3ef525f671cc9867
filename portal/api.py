"""One router for /api/v1/: each app says in ``api.register`` what it shows there."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from rest_framework.routers import DefaultRouter


def build_router() -> DefaultRouter:
    """Ask every app of ours that has an ``api`` module to register its view sets."""
    router = DefaultRouter()
    for app in settings.HALL_APPS:
        if app != "portal" and find_spec(f"{app}.api"):
            import_module(f"{app}.api").register(router)
    return router
