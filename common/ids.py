"""Identifiers made by the application rather than the database."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A time-ordered UUID: known before the row exists, yet kind to a B-tree index."""
    return _uuid7()
