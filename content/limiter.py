"""How often somebody may guess wrong at the public query; the counting itself is ``common.failures``."""

from common import failures
from common.failures import Limit, address_of
from content.models import QueryFailure

PER_ADDRESS = Limit("address", 10, 60)
# Someone with many addresses still has 30 tries an hour at 31^8 codes.
PER_NUMBER = Limit("number", 30, 3600)

__all__ = ["PER_ADDRESS", "PER_NUMBER", "address_of", "count_failure", "seconds_to_wait"]


def _values(address: str, number: str) -> failures.Values:
    return [(PER_ADDRESS, address), (PER_NUMBER, number)]


def seconds_to_wait(address: str, number: str) -> int:
    """0, or in how many seconds the next try is allowed. One query."""
    return failures.seconds_to_wait(QueryFailure, _values(address, number))


def count_failure(address: str, number: str) -> None:
    """Add one to both counters."""
    failures.count_failure(QueryFailure, _values(address, number))
