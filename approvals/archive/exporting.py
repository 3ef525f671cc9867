"""Folders as one zip that is written while it is sent: memory stays the same however long it becomes.

Inside: a folder for each case, ``index.html`` to read offline, ``manifest.json``, and ``SHA256SUMS`` for
``sha256sum -c``. What can't be given is listed in the manifest with the reason.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import User
from approvals.archive.fetching import CHUNK, LABELS, UNALTERED, fetch
from approvals.archive.naming import Names, suffix_of
from approvals.archive.reading import Line, lines_of, missing_texts, summary_rows
from approvals.models import ArchiveFolder
from common.time import now
from enterprises.models import Enterprise

MANIFEST_VERSION = 1
STYLE = "css/archive-export.css"
# Earliest moment that a zip can tell.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Sink(io.RawIOBase):
    """Keeps what was written until it is taken; it can't be sought, so zipfile writes sizes behind the content."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def tell(self) -> int:
        raise OSError("the sink has no position")

    def take(self) -> bytes:
        parts, self._parts = b"".join(self._parts), []
        return parts


@dataclass(slots=True)
class Export:
    """One export to one reader; ``stream`` may be used once."""

    enterprise: Enterprise
    folder_ids: list[int]
    user: User
    language: str
    made_at: datetime = field(default_factory=now)
    _names: Names = field(default_factory=Names)
    _sums: list[tuple[str, str]] = field(default_factory=list)
    _files: list[dict[str, Any]] = field(default_factory=list)
    _left_out: list[dict[str, Any]] = field(default_factory=list)
    _folders: list[dict[str, Any]] = field(default_factory=list)
    _pages: list[dict[str, Any]] = field(default_factory=list)

    def stream(self) -> Iterator[bytes]:
        """The bytes of the zip, in pieces of at most some hundred kilobytes."""
        sink = _Sink()
        # These names belong to what is written at the end.
        for name in ("index.html", "index.css", "manifest.json", "SHA256SUMS"):
            self._names.take("", name)
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as target:
            for folder in self._read():
                for _written in self._folder(target, folder):
                    yield sink.take()
            for name, content in self._closing():
                self._text(target, name, content)
                yield sink.take()
        yield sink.take()

    def _read(self) -> Iterator[ArchiveFolder]:
        """One folder at a time: an index can be long."""
        rows = ArchiveFolder.objects.select_related(
            "case__matter", "case__enterprise", "case__project", "case__department"
        )
        for pk in self.folder_ids:
            yield rows.get(pk=pk)

    def _folder(self, target: zipfile.ZipFile, folder: ArchiveFolder) -> Iterator[None]:
        with translation.override(self.language):
            place = self._names.take("", f"{folder.number} {folder.case.matter.name}")
            lines = lines_of(folder, self.user)
            page: dict[str, Any] = {
                "number": folder.number, "title": folder.case.matter.label, "rows": summary_rows(folder),
                "missing": missing_texts(folder), "lines": [],
            }  # fmt: skip
        self._pages.append(page)
        self._folders.append(_about(folder, place))
        for line in lines:
            yield from self._line(target, folder, place, line, page["lines"])

    def _line(
        self, target: zipfile.ZipFile, folder: ArchiveFolder, place: str, line: Line, listed: list[dict[str, Any]]
    ) -> Iterator[None]:
        fetched = fetch(line.item, line.file)
        known = {
            "title": line.title,
            "source": {"folder": folder.number, **{key: line.item[key] for key in ("kind", "file", "document")}},
        }
        with translation.override(self.language):
            shown = {"line": line, "kind": line.kind_label, "detail": line.detail, "path": "",
                     "state": "" if fetched.state == UNALTERED else str(LABELS[fetched.state])}  # fmt: skip
        listed.append(shown)
        if fetched.content is None:
            reason = {"reason": fetched.state, "recorded_sha256": line.sha256, "recorded_size": line.size}
            self._left_out.append({**known, **reason})
            return
        path = self._names.take(place, _stem(line), suffix_of(line.file.name if line.file else ""))
        shown["path"] = path
        with fetched.content:
            yield from _copy(target, path, fetched.content, fetched.size, folder.closed_at)
        entry = {"path": path, "sha256": fetched.sha256, "size": fetched.size, **known, "state": fetched.state}
        if fetched.state != UNALTERED:
            entry["recorded_sha256"] = line.sha256
        self._files.append(entry)
        self._sums.append((fetched.sha256, path))

    def _closing(self) -> Iterator[tuple[str, bytes]]:
        yield "index.html", self._index()
        style = finders.find(STYLE)
        if isinstance(style, str):
            yield "index.css", Path(style).read_bytes()
        yield "manifest.json", self._manifest()
        sums = "".join(f"{digest}  {path}\n" for digest, path in self._sums)
        yield "SHA256SUMS", sums.encode()

    def _text(self, target: zipfile.ZipFile, name: str, content: bytes) -> None:
        info = _info(name, self.made_at)
        info.compress_type = zipfile.ZIP_DEFLATED
        target.writestr(info, content)
        self._sums.append((hashlib.sha256(content).hexdigest(), name))

    def _index(self) -> bytes:
        with translation.override(self.language):
            context = {"enterprise": self.enterprise, "folders": self._pages, "made_at": self.made_at,
                       "made_by": self.user, "lang": self.language}  # fmt: skip
            return render_to_string("approvals/archive/export_index.html", context).encode()

    def _manifest(self) -> bytes:
        content = {
            "version": MANIFEST_VERSION,
            "enterprise": {"name": self.enterprise.name, "credit_code": self.enterprise.credit_code},
            "made_at": timezone.localtime(self.made_at).isoformat(),
            "made_by": str(self.user),
            "folders": self._folders,
            "files": self._files,
            "left_out": self._left_out,
        }
        return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _about(folder: ArchiveFolder, place: str) -> dict[str, Any]:
    return {
        "number": folder.number,
        "path": place,
        "case": folder.case.number,
        "matter": folder.case.matter.name,
        "closed_at": timezone.localtime(folder.closed_at).isoformat(),
        "keep_years": folder.keep_years,
        "keep_until": folder.keep_until.isoformat() if folder.keep_until else None,
        "complete": folder.is_complete,
        "missing": folder.missing,
    }


def _stem(line: Line) -> str:
    replaced = "" if line.is_current else f"（已替换，第{line.item.get('version', 1)}版）"
    return f"{line.position:02d} {line.title[:60]}{replaced}"


def _info(name: str, at: datetime) -> zipfile.ZipInfo:
    """``zipfile`` marks names that are not ASCII as UTF-8 by itself."""
    local = timezone.localtime(at)
    info = zipfile.ZipInfo(name, max(local.timetuple()[:6], ZIP_EPOCH))
    info.external_attr = 0o644 << 16
    return info


def _copy(target: zipfile.ZipFile, path: str, source: IO[bytes], size: int, at: datetime) -> Iterator[None]:
    """Write one file as it is: PDF and pictures are compressed in themselves. Yields whenever some is written."""
    info = _info(path, at)
    info.file_size = size
    with target.open(info, "w") as entry:
        for chunk in iter(lambda: source.read(CHUNK), b""):
            entry.write(chunk)
            yield
    yield


def file_name(enterprise: Enterprise, number: str, at: datetime) -> str:
    """What the browser calls the zip."""
    day = f"{timezone.localtime(at):%Y%m%d}"
    return f"{number or enterprise.name}-企业档案-{day}.zip"
