"""Fill an empty hall with sample firms, projects and cases."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from accounts.models import User
from portal.sample.load import load_sample


class Command(BaseCommand):
    help = "Load departments, the catalogue and the sample hall (invented firms, people and cases)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the hall has people already")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            if options["if_empty"]:
                return
            self.stderr.write("The hall has people already; the sample is for an empty one.")
            raise SystemExit(1)
        call_command("load_catalogue")
        load_sample(lambda what: self.stdout.write(f"  sample hall: {what}", self.style.SUCCESS))
