from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """Make the Celery app known before anything is enqueued, and put the hall's name over the admin."""
        from django.contrib import admin

        import portal.celery  # noqa: F401

        admin.site.site_header = admin.site.site_title = _("Administration of the hall")
        admin.site.index_title = _("What is administered")
