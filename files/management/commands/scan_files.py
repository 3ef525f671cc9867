"""Scan now what waits for the virus check, or give it out where the scanner was switched off for good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import Actor
from common.errors import TransitionNotAllowed
from files import scanning
from files.models import StoredFile


class Command(BaseCommand):
    help = "Scan files that wait for the virus check; --release gives them out unscanned once CLAMD_URL is empty."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--release", action="store_true", help="give out what waits, without a scan")

    def handle(self, *args: Any, release: bool, **options: Any) -> None:
        if release:
            try:
                count = scanning.release_unscanned(actor=Actor.system())
            except TransitionNotAllowed as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{count} files given out unscanned")
            return
        if not scanning.is_configured():
            raise CommandError("no scanner: set CLAMD_URL")
        done = scanning.scan_due()
        waiting = StoredFile.objects.filter(scan_state=StoredFile.Scan.WAITING).count()
        self.stdout.write(
            f"{done.clean} clean, {done.infected} infected, {done.refused} could not be checked, {waiting} still wait"
        )
        if done.is_down:
            raise CommandError("the scanner or the file store cannot be reached")
