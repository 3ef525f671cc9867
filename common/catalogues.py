"""Translation catalogues without GNU gettext: polib reads and writes them."""

from pathlib import Path

import polib


def compile_catalogues(locale: Path, *, force: bool = False) -> list[Path]:
    """Write the .mo beside every .po below ``locale`` that is newer; returns the ones written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not force and target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Beside and then renamed: a web server may be reading the old one.
        fresh = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(target)
        written.append(target)
    return written


def incomplete(source: Path) -> list[tuple[str, str]]:
    """Entries of a .po that a reader would not see translated: (message, what is wrong)."""
    found = []
    for entry in polib.pofile(str(source)):
        if entry.obsolete:
            continue
        if entry.fuzzy:
            found.append((entry.msgid, "fuzzy"))
        elif not entry.translated():
            found.append((entry.msgid, "untranslated"))
    return found
