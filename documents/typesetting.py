"""Data and a typst source in, PDF/A-2b out: the same bytes for the same input, on any machine.

Nothing of the data ever becomes source: it goes in as one JSON text (``sys.inputs``). A source sees its own folder
and nothing else.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pylopdf_fonts_zh_cn
import segno
import typst
from django.conf import settings

MAIN, BASE = "main.typ", "base.typ"
STANDARD: Literal["a-2b"] = "a-2b"
_MISSING = re.compile(r"could not display character `?(?P<glyph>\S+?)`? with")


@dataclass(frozen=True, slots=True)
class Source:
    """A template and the shared part it imports as "base.typ"."""

    main: str
    base: str


class TypesettingError(Exception):
    """A source or its data can't be set; ``diagnostic`` is typst's own report with file, line and column."""

    def __init__(self, message: str, diagnostic: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.diagnostic = diagnostic or message


@lru_cache(maxsize=2)
def _fonts(folder: str) -> typst.Fonts:
    """Fonts that packages bring, the hall's own folder after them; never those of the machine."""
    paths = [Path(pylopdf_fonts_zh_cn.serif_path()).parent]
    return typst.Fonts(include_system_fonts=False, font_paths=[*paths, *([Path(folder)] if folder else [])])


def fonts() -> typst.Fonts:
    return _fonts(str(settings.HALL_FONT_DIR or ""))


def qr_svg(text: str) -> str:
    """A QR code as SVG, dark on nothing."""
    return str(segno.make(text, error="m").svg_inline(border=0, dark="#000"))


def inputs_of(content: Mapping[str, Any]) -> dict[str, str]:
    return {"content": json.dumps(content, ensure_ascii=False, sort_keys=True)}


def make_pdf(source: Source, content: Mapping[str, Any], *, moment: datetime) -> bytes:
    """Set ``source`` with ``content``, dated ``moment`` in the file's own data; TypesettingError says what is wrong."""
    with tempfile.TemporaryDirectory(prefix="hall-paper-") as name:
        root = Path(name)
        (root / MAIN).write_text(source.main, encoding="utf-8")
        (root / BASE).write_text(source.base, encoding="utf-8")
        (root / "packages").mkdir()
        compiler = typst.Compiler(
            root / MAIN,
            root=root,
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs=inputs_of(content),
            package_path=root / "packages",
            package_cache_path=root / "packages",
        )
        try:
            made = compiler.compile(
                format="pdf", pdf_standards=STANDARD, timestamp=moment.astimezone(UTC).replace(microsecond=0)
            )
        except typst.TypstError as error:
            raise TypesettingError(error.message, error.diagnostic) from error
    assert isinstance(made, bytes)
    return made
