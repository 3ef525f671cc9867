from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = _("Supervision")

    def ready(self) -> None:
        from supervision import notices  # noqa: F401  (registers texts and act labels)
        from supervision.owners import register_owners

        register_owners()
