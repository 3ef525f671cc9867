"""Reading and writing content through Django's storage, whatever store is behind it."""

from __future__ import annotations

import sys
from typing import IO, Any

import structlog
from botocore.exceptions import BotoCoreError, ClientError
from django.db.models.fields.files import FieldFile

log = structlog.get_logger(__name__)


def store_errors() -> tuple[type[Exception], ...]:
    """What a store throws: a disk OSError, S3 the families of botocore, and a transfer that breaks its own.

    That last is looked up where it is loaded already: loading it takes a fifth of a second, which a hall
    with a local store, and each of its commands, need not spend.
    """
    transfer = sys.modules.get("s3transfer.exceptions")
    return (OSError, BotoCoreError, ClientError, *([transfer.RetriesExceededError] if transfer else []))


class ContentMissing(Exception):
    """The row is there and its content is not."""


class StoreUnreachable(Exception):
    """The store gives no answer, or refuses; later it may."""


def open_content(field: FieldFile) -> IO[Any]:
    """The content, open for reading at its start. Raises ContentMissing, StoreUnreachable.

    A first byte is read here: remote stores fetch at the first reading, and an answer that has
    begun can't become an error page any more.
    """
    if not field.name:
        raise ContentMissing
    try:
        # Of the storage and not of the field: each reader gets a handle of its own.
        handle = field.storage.open(field.name, "rb")
        handle.read(1)
        handle.seek(0)
    except FileNotFoundError as error:
        raise ContentMissing from error
    except store_errors() as error:
        log.warning("store_unreachable", error=str(error))
        raise StoreUnreachable from error
    return handle


def delete_content(field: FieldFile) -> bool:
    """Delete quietly; says whether the store did it. What is gone already counts as deleted."""
    if not field.name:
        return True
    name, storage = field.name, field.storage
    try:
        storage.delete(name)
    except store_errors() as error:
        log.warning("store_delete_failed", name=name, error=str(error))
        return False
    return True
