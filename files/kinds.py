"""What an uploaded file really is, told from its content. Pure: no storage, no database."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import IO

import filetype
from django.utils.translation import gettext_lazy as _

HEAD_BYTES = 8192

# A docx of some hundred pages unpacks to a few megabytes; far beyond that it is a trap.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 200
MAX_ENTRIES = 10_000

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file that the hall takes: catalogue code, media type, endings that fit it."""

    code: str
    content_type: str
    extensions: tuple[str, ...]

    @property
    def group(self) -> str:
        """The word the catalogue uses: both sorts of picture are "image"."""
        return "image" if self.code in ("png", "jpeg") else self.code


PDF = Kind("pdf", "application/pdf", (".pdf",))
PNG = Kind("png", "image/png", (".png",))
JPEG = Kind("jpeg", "image/jpeg", (".jpg", ".jpeg"))
DOCX = Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
DWG = Kind("dwg", "image/vnd.dwg", (".dwg",))

KINDS: tuple[Kind, ...] = (PDF, PNG, JPEG, DOCX, XLSX, DWG)
GROUP_LABELS = {"pdf": "PDF", "image": "PNG, JPG", "docx": "DOCX", "xlsx": "XLSX", "dwg": "DWG"}
ALL_GROUPS: tuple[str, ...] = tuple(GROUP_LABELS)


class UnacceptableError(ValueError):
    """The content is none that the hall takes; ``message`` says what to do about it."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message


def by_content_type(content_type: str) -> Kind | None:
    """The kind a stored file was taken as."""
    return next((kind for kind in KINDS if kind.content_type == content_type), None)


def labels(groups: list[str] | tuple[str, ...]) -> str:
    """The endings of the groups as people read them: "PDF, PNG, JPG"."""
    return ", ".join(GROUP_LABELS[group] for group in groups if group in GROUP_LABELS)


def endings(groups: list[str] | tuple[str, ...]) -> str:
    """The groups as the ``accept`` attribute of a file input."""
    return ",".join(ending for kind in KINDS if kind.group in groups for ending in kind.extensions)


def sniff(stream: IO[bytes]) -> Kind:
    """Tell the kind from the content; leaves ``stream`` at its beginning.

    Raises UnacceptableError for anything else, for encrypted or bomb-like packages and for macros.
    """
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if head.startswith(b"%PDF-"):
        return PDF
    if is_dwg(head):
        return DWG
    if head.startswith(b"PK\x03\x04"):
        try:
            return sniff_package(stream)
        finally:
            stream.seek(0)
    if head.startswith(OLE_MAGIC):
        raise UnacceptableError(
            _("This is an old or password-protected Office file. Save it as DOCX, XLSX or PDF without a password.")
        )
    guess = filetype.guess(head)
    for kind in (PNG, JPEG):
        if guess is not None and guess.mime == kind.content_type:
            return kind
    raise UnacceptableError(_("The content of this file is of no type that can be handed in."))


def is_dwg(head: bytes) -> bool:
    """AutoCAD drawings begin with a version: AC1012 (R13) to AC1032 (2018 and later)."""
    return head[:4] == b"AC10" and head[4:6].isdigit()


def sniff_package(stream: IO[bytes]) -> Kind:
    """Tell docx from xlsx by the parts that each must have; look at the directory only, unpack nothing."""
    try:
        with zipfile.ZipFile(stream) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnacceptableError(_("This file is damaged. Open it, save it again and upload the new file.")) from error
    refuse_traps(entries)
    names = {entry.filename for entry in entries}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise UnacceptableError(_("This file contains macros. Save it without macros and upload it again."))
    if "[Content_Types].xml" in names:
        for part, kind in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
            if part in names:
                return kind
    raise UnacceptableError(_("Archives cannot be handed in. Upload the documents one by one."))


def refuse_traps(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what nobody at the window could open, or what would fill the disk when opened."""
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnacceptableError(
            _("This file is protected by a password. Save it without a password and upload it again.")
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES or unpacked / packed > MAX_RATIO:
        raise UnacceptableError(_("This file unpacks to far more than a document needs and is not taken."))
