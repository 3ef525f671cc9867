"""Bytes of archived files, read through the storage API and compared with the digest in the index."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from approvals.archive.contents import Item
from files.models import StoredFile
from files.storing import ContentMissing, StoreUnreachable, open_content, store_errors

CHUNK = 256 * 1024
# Up to here in memory, longer files on the disk: an export of any length needs no more than this.
IN_MEMORY = 1024 * 1024

UNALTERED, ALTERED, MISSING, INFECTED = "unaltered", "altered", "missing", "infected"
UNCHECKED, UNREACHABLE, UNMADE = "unchecked", "unreachable", "unmade"
LABELS: dict[str, str | Promise] = {
    UNALTERED: pgettext_lazy("archived file", "Unaltered"),
    ALTERED: pgettext_lazy("archived file", "Altered"),
    MISSING: pgettext_lazy("archived file", "Missing from the store"),
    INFECTED: pgettext_lazy("archived file", "Removed: infected by a virus"),
    UNCHECKED: pgettext_lazy("archived file", "Not yet checked for viruses"),
    UNREACHABLE: pgettext_lazy("archived file", "The store gives no answer"),
    UNMADE: pgettext_lazy("archived file", "No file was made"),
}
TONES = {UNALTERED: "green", ALTERED: "red", MISSING: "red", INFECTED: "red"}


@dataclass(slots=True)
class Fetched:
    """What came of reading one item: the bytes with their own digest, or in ``state`` why there are none."""

    state: str
    content: IO[bytes] | None = None
    sha256: str = ""
    size: int = 0


def why_not(item: Item, stored: StoredFile | None) -> str:
    """Why the item has no bytes to read; "" where it may have."""
    if not item["file"]:
        return UNMADE
    if stored is None:
        return MISSING
    if stored.is_infected:
        return INFECTED
    return "" if stored.is_safe else UNCHECKED


def fetch(item: Item, stored: StoredFile | None) -> Fetched:
    """Read the whole content aside, so that what goes on with it can't break off in the middle. Never raises for
    content that is not there."""
    reason = why_not(item, stored)
    if reason or stored is None:
        return Fetched(reason or MISSING)
    spool = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (whoever asked closes it)
    digest, size = hashlib.sha256(), 0
    try:
        with open_content(stored.file) as source:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                spool.write(chunk)
    except ContentMissing:
        spool.close()
        return Fetched(MISSING)
    except StoreUnreachable:
        spool.close()
        return Fetched(UNREACHABLE)
    except store_errors():
        spool.close()
        return Fetched(UNREACHABLE)
    spool.seek(0)
    found = digest.hexdigest()
    return Fetched(UNALTERED if found == item["sha256"] else ALTERED, spool, found, size)


def compare(item: Item, stored: StoredFile | None) -> str:
    """The state of an item's bytes now."""
    fetched = fetch(item, stored)
    if fetched.content is not None:
        fetched.content.close()
    return fetched.state
