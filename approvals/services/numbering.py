"""Numbers and query codes of applications, cases, folders and objections."""

import secrets

from django.db import connection

# No 0/O, 1/I/L: the code is read out on the telephone.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def new_query_code() -> str:
    """Eight characters nobody can guess (31^8), for the public query."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def take_serials(count: int) -> list[int]:
    """Take numbers from the one sequence: gaps are harmless, doubles impossible.

    All kinds share it, so that a number read out on the telephone belongs to one thing only.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('approvals_number_seq') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]
