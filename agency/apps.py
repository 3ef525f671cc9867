from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AgencyConfig(AppConfig):
    name = "agency"
    verbose_name = _("Agency")

    def ready(self) -> None:
        from agency import notices  # noqa: F401  (registers texts and act labels)
        from agency.access import register_access
        from agency.seed import seed
        from agency.services.endings import register_endings
        from agency.services.owners import register_owners

        register_access()
        register_endings()
        register_owners()
        post_migrate.connect(seed, sender=self, dispatch_uid="agency.seed")
