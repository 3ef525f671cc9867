"""What all ways of bringing a catalogue in share: what was read, what is wrong where, and how much is taken."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.editing.fields import Content
from files.kinds import UnacceptableError, refuse_traps

# The delivered catalogue (45 matters) is a workbook of 74 KB, or a zip of YAML of 66 KB.
MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_ENTRIES = 500
CHUNK = 256 * 1024


class UnreadableError(ValueError):
    """The file as a whole can't be taken; ``message`` says why."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a sheet with row and column, or a file and the keys inside it."""

    sheet: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        parts = [self.sheet]
        if self.row is not None:
            parts.append(str(_("row %(row)s") % {"row": self.row}))
        if self.column:
            parts.append(self.column)
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Wrong:
    place: Place
    reason: str


@dataclass
class Read:
    """One matter or theme as it was read. ``rows`` leads from (list, index) to where the row stands."""

    subject: str
    content: Content
    place: Place
    rows: dict[tuple[str, int], Place] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.content["code"])

    def place_of(self, name: str, index: int | None, label: str) -> Place:
        place = self.rows.get((name, index), self.place) if index is not None else self.place
        return Place(place.sheet, place.row, label or place.column)


@dataclass
class Parsed:
    things: list[Read] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def open_package(data: bytes) -> zipfile.ZipFile:
    """The zip once every entry was unpacked to count its real size. Raises UnreadableError."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        refuse_traps(package.infolist())
        if len(package.infolist()) > MAX_ENTRIES:
            raise UnreadableError(_("The file holds more parts than a catalogue needs."))
        _measure(package)
    except UnacceptableError as error:
        raise UnreadableError(error.message) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableError(_("This file is damaged. Open it, save it again and upload the new file.")) from error
    return package


def _measure(package: zipfile.ZipFile) -> None:
    total = 0
    for entry in package.infolist():
        with package.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    raise UnreadableError(_("The file unpacks to more than a catalogue needs."))
