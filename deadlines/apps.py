from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeadlinesConfig(AppConfig):
    name = "deadlines"
    verbose_name = _("Deadlines")

    def ready(self) -> None:
        from deadlines import notices  # noqa: F401  (registers texts and act labels)
        from deadlines.seed import seed, seed_hours

        post_migrate.connect(seed, sender=self, dispatch_uid="deadlines.seed")
        post_migrate.connect(seed_hours, sender=self, dispatch_uid="deadlines.seed_hours")
