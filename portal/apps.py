from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """Make the Celery app known before anything is enqueued."""
        import portal.celery  # noqa: F401
