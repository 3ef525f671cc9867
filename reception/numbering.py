"""Numbers of inquiries, SW + year + serial, and the codes that strangers look them up by."""

import secrets

from django.db import connection

# No 0/O, 1/I/L: the code is read out on the telephone.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8

# The row of the year is locked from here to the end of the transaction: the next one waits for commit or rollback
# and gets the number that is really next, so the series has no gaps.
NEXT = """
INSERT INTO reception_inquiryseries AS s (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = s.last + 1
RETURNING last
"""


def take_serial(year: int) -> int:
    """The next serial of the year; given back when the caller's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [year])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def number_of(year: int, serial: int) -> str:
    return f"SW{year}{serial:05d}"


def new_code() -> str:
    """Eight characters nobody can guess (31^8)."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def tidy(text: str) -> str:
    """Number or code as people type it: without blanks, in capitals, full-width forms made narrow."""
    narrow = "".join(chr(ord(char) - 0xFEE0) if "\uff01" <= char <= "\uff5e" else char for char in text)
    return "".join(narrow.split()).upper()
