"""``manage.py load_document_templates``: the files' templates into the database; every migrate does the same."""

from typing import Any

from django.core.management.base import BaseCommand

from documents.services import load_templates


class Command(BaseCommand):
    help = "Put new and changed document templates into the database as new versions."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        loaded = load_templates()
        for code in loaded.versions:
            self.stdout.write(f"{code}: new version")
        for code in loaded.kept:
            self.stdout.write(f"{code}: edited in the hall, kept; the file differs")
        if not (loaded.versions or loaded.kept):
            self.stdout.write("nothing new")
