from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from notifications.channels import register
        from notifications.channels.email import Email
        from notifications.seed import seed

        register(Email())
        post_migrate.connect(seed, sender=self, dispatch_uid="notifications.seed")
