"""How often somebody may guess wrong at the public query, keep lists, ask the public API, or object to a notice.

The counting itself is ``common.failures``. Of the query only failures count.
"""

from common import failures
from common.failures import Limit, address_of
from content.models import QueryFailure

PER_ADDRESS = Limit("address", 10, 60)
# Someone with many addresses still has 30 tries an hour at 31^8 codes.
PER_NUMBER = Limit("number", 30, 3600)
# Lists kept without an account, and questions to the public API, from one address.
LISTS = Limit("lists", 60, 3600)
WHICH = Limit("which", 120, 60)
# Objections from one address, and to one notice: anybody may post the form. Creditors of one firm may be many, yet
# not hundreds within the same hour.
OBJECTIONS = Limit("objection-address", 5, 3600)
OBJECTIONS_TO_ONE = Limit("objection-notice", 60, 3600)

__all__ = [
    "LISTS",
    "OBJECTIONS",
    "OBJECTIONS_TO_ONE",
    "PER_ADDRESS",
    "PER_NUMBER",
    "WHICH",
    "Limit",
    "address_of",
    "count_failure",
    "count_objection",
    "count_use",
    "seconds_to_wait",
    "wait_for",
]


def _values(address: str, number: str) -> failures.Values:
    return [(PER_ADDRESS, address), (PER_NUMBER, number)]


def seconds_to_wait(address: str, number: str) -> int:
    """0, or in how many seconds the next try is allowed. One query."""
    return failures.seconds_to_wait(QueryFailure, _values(address, number))


def count_failure(address: str, number: str) -> None:
    """Add one to both counters."""
    failures.count_failure(QueryFailure, _values(address, number))


def wait_for(limit: Limit, value: str) -> int:
    """0, or in how many seconds ``value`` may do again what ``limit`` counts. One query."""
    return failures.seconds_to_wait(QueryFailure, [(limit, value)])


def count_use(limit: Limit, value: str) -> None:
    """Add one to what ``value`` has done."""
    failures.count_failure(QueryFailure, [(limit, value)])


def count_objection(address: str, notice_id: int) -> int:
    """Count one objection; 0, or in how many seconds the next is taken from this address or for this notice."""
    return failures.count_use(QueryFailure, [(OBJECTIONS, address), (OBJECTIONS_TO_ONE, str(notice_id))])
