from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReceptionConfig(AppConfig):
    name = "reception"
    verbose_name = _("Reception")

    def ready(self) -> None:
        from reception import notices  # noqa: F401  (registers texts and act labels)
        from reception.seed import seed
        from reception.services.registers import register_all

        register_all()
        post_migrate.connect(seed, sender=self, dispatch_uid="reception.seed")
