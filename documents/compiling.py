"""A typst source and data in, PDF/A-2b out: the same bytes for the same input, in any process.

Knows nothing of Django, since it also runs in a process of its own (``documents.sandbox``). Nothing of the data ever
becomes source: it goes in as one JSON text (``sys.inputs``). A source sees its own folder and nothing else.
"""

from __future__ import annotations

import base64
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pylopdf_fonts_zh_cn
import typst

MAIN, BASE = "main.typ", "base.typ"
STANDARD: Literal["a-2b"] = "a-2b"
_UNSHOWN = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_PLACE = re.compile(r"┌─ (?:.*/)?(?P<file>main|base)\.typ:(?P<line>\d+):(?P<column>\d+)")


@dataclass(frozen=True, slots=True)
class Source:
    """A template and the shared part that it imports as "base.typ"."""

    main: str
    base: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that typst reports: in which file ("main", "base" or ""), at which line from 1 (0: none)."""

    message: str
    file: str = ""
    line: int = 0


class TypesettingError(Exception):
    """A source or its data can't be set; ``diagnostic`` is typst's own report."""

    def __init__(self, message: str, diagnostic: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.diagnostic = diagnostic or message

    @property
    def glyphs(self) -> str:
        """The characters that no font has, each once, in the order in which they were met; "" for other errors."""
        found = "".join(
            _ESCAPED.sub(lambda code: chr(int(code[1], 16)), match["text"])
            for match in _UNSHOWN.finditer(self.diagnostic)
        )
        return "".join(dict.fromkeys(found))

    @property
    def mistakes(self) -> list[Mistake]:
        """What the report says, place by place."""
        found = []
        for block in re.split(r"^error: ", self.diagnostic, flags=re.MULTILINE)[1:]:
            message = block.splitlines()[0]
            place = _PLACE.search(block)
            found.append(Mistake(message, place["file"], int(place["line"])) if place else Mistake(message))
        return found or [Mistake(self.message)]


def font_folders(extra: str = "") -> tuple[str, ...]:
    """The packaged fonts' folder and the hall's own; never the machine's fonts."""
    packaged = str(Path(pylopdf_fonts_zh_cn.serif_path()).parent)
    return (packaged, extra) if extra else (packaged,)


def _listing(folders: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Changes when a font is put into a folder or taken out."""
    files = [path for folder in folders for path in sorted(Path(folder).glob("*")) if path.is_file()]
    return tuple((str(path), path.stat().st_mtime_ns) for path in files)


@lru_cache(maxsize=2)
def _fonts(folders: tuple[str, ...], _as_of: tuple[tuple[str, int], ...]) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[Path(folder) for folder in folders])


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise TypesettingError("a picture is no base64") from error


def compile_pdf(source: Source, content: Mapping[str, Any], *, moment: datetime, folders: tuple[str, ...]) -> bytes:
    """Set ``source`` with ``content``; ``moment`` is the date inside the file. TypesettingError says what is wrong.

    ``content["pictures"]``: PNG files by name, in base64; a template finds them beside itself.
    """
    with tempfile.TemporaryDirectory(prefix="hall-paper-") as name:
        root = Path(name)
        (root / MAIN).write_text(source.main, encoding="utf-8")
        (root / BASE).write_text(source.base, encoding="utf-8")
        for picture, encoded in content.get("pictures", {}).items():
            (root / picture).write_bytes(_decoded(encoded))
        # Packages come from nowhere: this folder stays empty.
        (root / "packages").mkdir()
        compiler = typst.Compiler(
            root / MAIN,
            root=root,
            font_paths=_fonts(folders, _listing(folders)),
            ignore_system_fonts=True,
            sys_inputs={"content": json.dumps(content, ensure_ascii=False, sort_keys=True)},
            package_path=root / "packages",
            package_cache_path=root / "packages",
        )
        day = moment.astimezone(UTC).replace(microsecond=0)
        try:
            made = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=day)
        except typst.TypstError as error:
            raise TypesettingError(error.message, error.diagnostic) from error
    assert isinstance(made, bytes)
    return made
