from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        from files.checks import check_scanner

        register(check_scanner)
