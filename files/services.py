"""Taking files in."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput
from common.time import now
from files import kinds, previewing, scanning
from files.kinds import Kind
from files.models import StoredFile
from files.storing import store_errors

log = structlog.get_logger(__name__)

MAX_NAME = 200


def clean_name(name: str) -> str:
    """The last part of a name, without control and direction-changing characters, at most 200 long.

    The ending survives the cut: it is what tells a reader how to open the file.
    """
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(char for char in base if unicodedata.category(char)[0] != "C").strip(" .")
    suffix = PurePosixPath(base).suffix[:10]
    stem = base[: len(base) - len(suffix)] if suffix else base
    return f"{stem[: MAX_NAME - len(suffix)]}{suffix}" or "file"


def check(upload: UploadedFile, accepts: Sequence[str] = kinds.ALL_GROUPS) -> Kind:
    """What the upload is; raises InvalidInput at "file" when the hall does not take it."""
    name = clean_name(upload.name or "")
    limit = settings.HALL_UPLOAD_MAX_BYTES
    if not upload.size:
        raise _refused(name, _("The file is empty."))
    if upload.size > limit:
        raise _refused(name, _("The file is larger than %(limit)s.") % {"limit": filesizeformat(limit)})
    assert upload.file is not None  # only a closed upload has none
    try:
        kind = kinds.sniff(upload.file)
    except kinds.UnacceptableError as error:
        raise _refused(name, error.message) from error
    if PurePosixPath(name).suffix.lower() not in kind.extensions:
        raise _refused(
            name,
            _("The name does not fit the content, which is %(kind)s. Do not rename files; save them in the right type.")
            % {"kind": kind.code.upper()},
        )
    if kind.group not in accepts:
        raise _refused(name, _("This material is taken as %(types)s only.") % {"types": kinds.labels(list(accepts))})
    return kind


def _refused(name: str, reason: object) -> InvalidInput:
    return InvalidInput({"file": [_("%(name)s: %(reason)s") % {"name": name, "reason": reason}]})


def store(
    *,
    actor: Actor,
    upload: UploadedFile,
    accepts: Sequence[str] = kinds.ALL_GROUPS,
    ours: bool = False,
    previews: bool = True,
) -> StoredFile:
    """Check and keep one upload under a fresh id; ``accepts`` narrows the kinds ("pdf", "image", …).

    Raises InvalidInput({"file": [...]}) and keeps nothing when the upload is empty, too large,
    of no accepted type, renamed, encrypted or a bomb, or the store cannot be reached. With a scanner
    the file is quarantined until that has looked at it; its pages are drawn by a worker afterwards.
    ``ours``: the hall made the content itself, so it counts as clean and no scanner is asked.
    ``previews=False``: nobody looks at it in a list of files, so no pages are drawn.
    """
    kind = check(upload, accepts)
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks():
        digest.update(chunk)
        size += len(chunk)
    upload.seek(0)
    moment = now()
    stored = StoredFile(
        name=clean_name(upload.name or ""),
        size=size,
        content_type=kind.content_type,
        sha256=digest.hexdigest(),
        uploaded_by=actor.user,
        created_at=moment,
    )
    if ours:
        stored.scan_state = StoredFile.Scan.CLEAN
    elif scanning.is_configured():
        stored.scan_state, stored.scan_next_at = StoredFile.Scan.WAITING, moment
    if kind in previewing.KINDS and previews:
        stored.preview_state, stored.preview_next_at = StoredFile.Previews.WAITING, moment
    try:
        stored.file.save(stored.name, upload, save=False)
    except store_errors() as error:
        log.warning("store_unreachable", error=str(error))
        raise _refused(
            stored.name, _("The hall's file store cannot be reached just now. Try again in a few minutes.")
        ) from error
    stored.save(force_insert=True)
    if stored.is_safe:
        previewing.ask_for(stored)
    else:
        scanning.ask_for(stored)
    return stored
