from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals.catalogue.errors import CatalogueError
from approvals.services.catalogue import load_catalogue


class Command(BaseCommand):
    help = "Publish the catalogue of matters from approvals/catalogue/*.yaml; unchanged matters keep their version."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = load_catalogue()
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"matters added {result.matters}, versions published {result.versions}, matters retired {result.retired}"
        )
