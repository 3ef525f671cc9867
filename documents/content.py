"""What a template is given: the frozen data of a paper and what stands on every paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from common.display import chinese_date
from documents.typesetting import qr_svg

if TYPE_CHECKING:
    from accounts.models import Department
    from documents.models import Document

# What a specimen shows in place of a number that was given to nobody.
SPECIMEN_NUMBER = "样张〔0000〕0号"
SPECIMEN_CODE = "XXXX-XXXX-XXXX"


def clean(value: Any) -> Any:
    """Text without characters that can't be seen: control characters can't be set, and those that change the
    direction would let a name show a number that isn't there. Line breaks stay.
    """
    if isinstance(value, str):
        return "".join(char for char in value if char == "\n" or unicodedata.category(char) not in ("Cc", "Cf"))
    if isinstance(value, Mapping):
        return {str(key): clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one) for one in value]
    # Numbers and nothing stay; dates and words that are still to be translated become text.
    return value if value is None or isinstance(value, int | float) else str(value)


def complete(*, title: str, department: Department, holder: str, data: Mapping[str, Any], day: date) -> dict[str, Any]:
    """``data`` with what it left out: title, addressee, who signs, the date."""
    defaults = {"title": title, "addressee": holder, "signed_by": department.name, "date": chinese_date(day)}
    return clean({**defaults, **{key: value for key, value in data.items() if value is not None}})


def content_of(document: Document) -> dict[str, Any]:
    """For a document; everything in it is frozen on the row."""
    return _content(
        document.data,
        number=document.number,
        code=document.shown_code,
        verify_url=document.verify_url,
        valid_until=document.valid_until,
    )


def specimen_of(data: Mapping[str, Any], *, mark: str, verify_url: str) -> dict[str, Any]:
    """For a preview: a number that is none, and ``mark`` ("样张") across every page."""
    return _content(clean(data), number=SPECIMEN_NUMBER, code=SPECIMEN_CODE, verify_url=verify_url, specimen=mark)


def _content(
    data: Mapping[str, Any],
    *,
    number: str,
    code: str,
    verify_url: str,
    valid_until: date | None = None,
    specimen: str = "",
) -> dict[str, Any]:
    return {
        "data": data,
        "number": number,
        "code": code,
        "verify_url": verify_url,
        "qr": qr_svg(verify_url),
        "valid_until": chinese_date(valid_until) if valid_until else "",
        "specimen": specimen,
        "pictures": _pictures(data),
    }


def _pictures(data: Mapping[str, Any]) -> dict[str, str]:
    """Base64 of the pictures in the data by the names under which templates find them: signatures, by position."""
    signatures = data.get("signatures") or []
    found = {f"signature-{place}.png": one.get("picture", "") for place, one in enumerate(signatures)}
    return {name: picture for name, picture in found.items() if picture}
