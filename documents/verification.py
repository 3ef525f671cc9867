"""What anybody with the code of a paper may know of it, and whether a file is the one that was made."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from common import failures
from common.failures import Limit
from common.time import now
from documents import codes, kinds
from documents.models import Document, VerifyFailure

PER_ADDRESS = Limit("address", 10, 60)
# Someone with many addresses still has 30 tries an hour at 31^12 codes.
PER_NUMBER = Limit("number", 30, 3600)
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """The public face of a paper. Whatever is not a field here is not public."""

    code: str
    number: str
    title: str
    department: str
    holder: str
    issued_at: datetime
    valid_until: date | None
    state: Document.State
    sha256: str
    revoked_at: datetime | None
    revoke_reason: str
    at: datetime

    @property
    def is_made(self) -> bool:
        return bool(self.sha256)


def tidy_number(text: str) -> str:
    """A number as people type it: only letters, digits and characters count, brackets and blanks don't."""
    narrow = "".join(chr(ord(char) - 0xFEE0) if "\uff01" <= char <= "\uff5e" else char for char in text)
    return "".join(char for char in narrow.upper() if char.isalnum())


def find(code: str, number: str | None = None) -> PublicDocument | None:
    """The paper with this code, and with this number where one is given; None else, with no hint which was wrong."""
    cleaned = codes.cleaned(code)
    document = Document.objects.select_related("department").filter(verify_code=cleaned or "-").first()
    if document is None or (number is not None and tidy_number(number) != tidy_number(document.number)):
        return None
    return _public(document)


def _public(document: Document) -> PublicDocument:
    return PublicDocument(
        code=document.verify_code,
        number=document.number,
        title=document.label,
        department=document.department.label,
        holder=shown_holder(document),
        issued_at=timezone.localtime(document.issued_at),
        valid_until=document.valid_until,
        state=document.state,
        sha256=document.sha256,
        revoked_at=document.revoked_at,
        revoke_reason=document.revoke_reason,
        at=now(),
    )


def shown_holder(document: Document) -> str:
    """The whole name where the kind says that it is public, else its first character: enough to compare."""
    kind = kinds.find(document.kind)
    if kind is not None and kind.public_holder:
        return document.holder
    return f"{document.holder[:1]}**"


def digest_of(upload: UploadedFile) -> str:
    """SHA-256 of an upload, read in pieces and kept nowhere."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def tidy_digest(text: str) -> str:
    """A typed digest as it is stored; "" for what can be none."""
    digest = "".join(text.split()).lower()
    return digest if SHA256.fullmatch(digest) else ""


def _values(address: str, number: str) -> failures.Values:
    # A link carries no number: then only the address counts.
    values = [(PER_ADDRESS, address)]
    return [*values, (PER_NUMBER, tidy_number(number))] if number else values


def seconds_to_wait(address: str, number: str = "") -> int:
    """0, or in how many seconds the next try is allowed."""
    return failures.seconds_to_wait(VerifyFailure, _values(address, number))


def count_failure(address: str, number: str = "") -> None:
    failures.count_failure(VerifyFailure, _values(address, number))
