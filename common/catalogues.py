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


def fill_from_source(catalogue: Path) -> int:
    """Give every entry without words its own source text (the English catalogue); says how many."""
    book = polib.pofile(str(catalogue))
    book.metadata["Language"], book.metadata["Plural-Forms"] = "en", "nplurals=2; plural=(n != 1);"
    filled = 0
    for entry in book:
        if entry.obsolete or entry.translated():
            continue
        entry.previous_msgid = entry.previous_msgctxt = entry.previous_msgid_plural = None
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
        filled += 1
    book.save(str(catalogue))
    return filled
