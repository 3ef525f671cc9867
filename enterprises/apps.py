from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = _("Enterprises")

    def ready(self) -> None:
        from enterprises import notices  # noqa: F401  (registers texts and act labels)
        from enterprises.papers import register_papers
        from enterprises.seed import seed
        from enterprises.services.owners import register_owners

        register_owners()
        register_papers()
        post_migrate.connect(seed, sender=self, dispatch_uid="enterprises.seed")
