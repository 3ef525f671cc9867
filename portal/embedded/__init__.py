"""PostgreSQL and Valkey out of Python wheels, for a machine that has neither.

Used where ``DATABASE_URL`` or ``REDIS_URL`` is not set. Nothing in here needs Django.
"""

from portal.embedded.errors import EmbeddedError
from portal.embedded.lease import Lease, acquire

__all__ = ["EmbeddedError", "Lease", "acquire"]
