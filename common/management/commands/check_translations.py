"""Are the catalogues complete?"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.utils import get_app_template_dirs
from django.utils.translation import templatize

from common.catalogues import incomplete

XGETTEXT_PYTHON = [
    "--language=Python",
    "--from-code=UTF-8",
    "--keyword=gettext_noop",
    "--keyword=gettext_lazy",
    "--keyword=ngettext_lazy:1,2",
    "--keyword=pgettext:1c,2",
    "--keyword=npgettext:1c,2,3",
    "--keyword=pgettext_lazy:1c,2",
    "--keyword=npgettext_lazy:1c,2,3",
]
Key = tuple[str, str]
LANGUAGES = ("en", "zh_Hans")


def find_xgettext() -> str | None:
    """The machine's xgettext, else the one that comes with the development packages."""
    beside = Path(sys.executable).with_name("xgettext")
    return shutil.which("xgettext") or (str(beside) if beside.exists() else None)


def source_keys(root: Path, program: str) -> set[Key]:
    """(context, message) of every translatable string in our Python files and templates."""
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == root]
    files = [path for folder in ours for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]
    with tempfile.TemporaryDirectory() as scratch:
        for number, template in enumerate(_templates(root)):
            # Blanks out all but the translatable parts, as xgettext's Python reader wants it.
            text = templatize(template.read_text(encoding="utf-8"), origin=str(template))
            copy = Path(scratch) / f"{number}-{template.name}.py"
            copy.write_text(text, encoding="utf-8")
            files.append(copy)
        names = Path(scratch) / "names"
        names.write_text("\n".join(map(str, files)))
        done = subprocess.run(
            [program, *XGETTEXT_PYTHON, f"--files-from={names}", "--output=-"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    if done.returncode != 0:
        raise CommandError(done.stderr)
    return {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(done.stdout)}


def _templates(root: Path) -> list[Path]:
    folders = [root / "templates", *(Path(folder) for folder in get_app_template_dirs("templates"))]
    return [
        path
        for folder in folders
        if folder.is_relative_to(root) and ".venv" not in folder.parts
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".txt"}
    ]


class Command(BaseCommand):
    help = "Fails on untranslated or fuzzy entries in a catalogue, and on strings of the source that are in none."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        locale = Path(settings.LOCALE_PATHS[0])
        root = locale.parent
        faults = []
        for language in LANGUAGES:
            source = locale / language / "LC_MESSAGES" / "django.po"
            if not source.exists():
                raise CommandError(f"{source.relative_to(root)} is missing")
            faults += [f"{language}, {what}: {message!r}" for message, what in incomplete(source)]
        program = find_xgettext()
        if program is None:
            self.stderr.write("xgettext is missing: strings new in the source are not looked for")
        else:
            known = {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(source)) if not entry.obsolete}
            faults += [
                f"not in the catalogue: {message!r}" for _, message in sorted(source_keys(root, program) - known)
            ]
        report = io.StringIO()
        for fault in faults:
            report.write(f"\n  {fault}")
        if faults:
            raise CommandError(f"{len(faults)} strings are not translated:{report.getvalue()}")
        self.stdout.write("Every string is translated.")
