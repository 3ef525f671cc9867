from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "office"
    verbose_name = _("Office")

    def ready(self) -> None:
        from office import notices  # noqa: F401  (registers texts and act labels)
        from office.access import register_access
        from office.seed import seed
        from office.services.owners import register_owners

        register_owners()
        register_access()
        post_migrate.connect(seed, sender=self, dispatch_uid="office.seed")
