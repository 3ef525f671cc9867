from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents import notices  # noqa: F401  (registers act labels)
        from documents.access import register_files
        from documents.services.templates import seed

        register_files()
        post_migrate.connect(seed, sender=self, dispatch_uid="documents.seed")
