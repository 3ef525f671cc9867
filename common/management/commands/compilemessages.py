"""Replaces Django's command, which needs GNU gettext on the machine."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from common.catalogues import compile_catalogues


class Command(BaseCommand):
    help = "Compiles every catalogue of LOCALE_PATHS (.po to .mo); needs no gettext."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="also those that are up to date")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        for folder in map(Path, settings.LOCALE_PATHS):
            for path in compile_catalogues(folder, force=force):
                self.stdout.write(str(path.relative_to(folder)))
