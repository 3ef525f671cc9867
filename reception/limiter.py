"""How often strangers may ask, book and guess; the counting itself is ``common.failures``."""

from common import failures
from common.failures import Limit, address_of
from reception.models import Attempt

# Questions and appointments from one address: a firm behind one address may well have several.
QUESTIONS = Limit("reception-question", 10, 3600)
BOOKINGS = Limit("reception-booking", 20, 3600)
# Wrong codes from one address, and for one number: with many addresses still 30 tries an hour at 31^8 codes.
WRONG_CODES = Limit("reception-code", 10, 60)
WRONG_FOR_ONE = Limit("reception-number", 30, 3600)

__all__ = ["BOOKINGS", "QUESTIONS", "address_of", "count_use", "count_wrong", "wait_after_wrong"]


def count_use(limit: Limit, address: str) -> int:
    """Count one use; 0, or in how many seconds the next is taken from this address."""
    return failures.count_use(Attempt, [(limit, address)])


def wait_after_wrong(address: str, number: str) -> int:
    """0, or in how many seconds the next try is allowed. One query."""
    return failures.seconds_to_wait(Attempt, [(WRONG_CODES, address), (WRONG_FOR_ONE, number)])


def count_wrong(address: str, number: str) -> None:
    """One more wrong number or code."""
    failures.count_failure(Attempt, [(WRONG_CODES, address), (WRONG_FOR_ONE, number)])
