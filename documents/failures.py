"""Why a paper could not be made: kept on its row as a word and what belongs to it, shown in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from documents.compiling import TypesettingError

GLYPHS, SOURCE, OTHER = "glyphs", "source", "other"


def failure_of(error: Exception) -> str:
    """The text for ``Document.error``: "glyphs:𠮷", "source:…" or "other:…"."""
    if isinstance(error, TypesettingError):
        return f"{GLYPHS}:{error.glyphs}" if error.glyphs else f"{SOURCE}:{error.diagnostic}"
    return f"{OTHER}:{error!r}"


def failure_text(error: str) -> str:
    """What to tell an administrator; "" for no error."""
    word, _colon, detail = error.partition(":")
    if word == GLYPHS:
        named = "、".join(f"{char}（U+{ord(char):04X}）" for char in detail)
        return _(
            "No font of the hall has these characters: %(glyphs)s. Put a font that has them into the folder "
            "HALL_FONT_DIR, then try again."
        ) % {"glyphs": named}
    if word == SOURCE:
        return _("The template could not be set with the data of this document: %(report)s") % {"report": detail}
    return _("The file could not be made or stored: %(report)s") % {"report": detail} if error else ""
