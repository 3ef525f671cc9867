"""Document numbers (发文字号): 机关代字 + 〔year〕 + serial + 号, as GB/T 9704-2012 section 7.2.5 has them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from accounts.models import Department

# One statement: the row of the series is locked from here to the end of the transaction, so the next issuer waits
# for commit or rollback and gets the number that is really next.
NEXT = """
INSERT INTO documents_series AS s (department_id, mark, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (mark, year) DO UPDATE SET last = s.last + 1
RETURNING last
"""


@dataclass(frozen=True, slots=True)
class Number:
    mark: str
    year: int
    serial: int

    def __str__(self) -> str:
        # The year whole and in hexagonal brackets, the serial without 第 and without leading zeros.
        return f"{self.mark}〔{self.year}〕{self.serial}号"


def mark_of(department: Department, kind_mark: str) -> str:
    """The whole mark before the year, such as 经开行审受理; a department without a mark stands there by name."""
    return f"{department.mark or department.name}{kind_mark}"


def take_number(*, department: Department, kind_mark: str, year: int) -> Number:
    """The next number of a series; given back when the caller's transaction is rolled back.

    Must run inside the transaction of the act: other issuers of the series wait until it ends.
    """
    mark = mark_of(department, kind_mark)
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [department.pk, mark, year])
        row = cursor.fetchone()
    assert row is not None
    return Number(mark, year, row[0])
