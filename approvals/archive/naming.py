"""Names inside an export: clear, harmless on every system, none twice. Pure."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

# Bytes of UTF-8: file systems take 255 for one name, and a number in front and behind must find room.
LONGEST = 150
LONGEST_SUFFIX = 10
FORBIDDEN = dict.fromkeys(map(ord, '<>:"/\\|?*'), "_")


def safe(name: str) -> str:
    """``name`` without what leads elsewhere, hides or is forbidden on Windows; "文件" where nothing is left.

    Control and direction characters go, dots and spaces at both ends too, so no "..", and no hidden file.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C").translate(FORBIDDEN)
    text = cut(" ".join(text.split()).strip(" ."), LONGEST).strip(" .")
    return text or "文件"


def cut(text: str, limit: int) -> str:
    """At most ``limit`` bytes of UTF-8, no character split."""
    return text.encode()[:limit].decode(errors="ignore")


def suffix_of(name: str) -> str:
    """ ".pdf" of a name; "" where it has none that is short and plain."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if len(suffix) <= LONGEST_SUFFIX and suffix[1:].isascii() and suffix[1:].isalnum() else ""


class Names:
    """Hands out each path once; a double gets a number. Case does not tell names apart on Windows and macOS."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, folder: str, stem: str, suffix: str = "") -> str:
        """``folder/stem.suffix``; ``folder`` must have been made by ``safe`` or taken here."""
        base, number = safe(stem), 1
        while True:
            name = f"{base}{suffix}" if number == 1 else f"{base}（{number}）{suffix}"
            path = f"{folder}/{name}" if folder else name
            if path.casefold() not in self._taken:
                self._taken.add(path.casefold())
                return path
            number += 1
