"""Setting papers with the hall's fonts, and their QR codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import segno
from django.conf import settings

from documents.compiling import Source, compile_pdf, font_folders


def folders() -> tuple[str, ...]:
    return font_folders(settings.HALL_FONT_DIR)


def make_pdf(source: Source, content: Mapping[str, Any], *, moment: datetime) -> bytes:
    """Set a published template; TypesettingError says what is wrong with it or its data."""
    return compile_pdf(source, content, moment=moment, folders=folders())


def qr_svg(text: str) -> str:
    """A QR code as SVG, without a margin: the paper around it is white."""
    return str(segno.make(text, error="m").svg_inline(border=0, dark="#000"))
