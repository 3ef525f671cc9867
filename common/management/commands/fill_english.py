"""The source strings are English, so their catalogue writes itself."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from common.catalogues import fill_from_source


class Command(BaseCommand):
    help = "Fill the English catalogue from the source strings (after makemessages)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        filled = fill_from_source(Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po")
        self.stdout.write(f"{filled} entries filled.")
