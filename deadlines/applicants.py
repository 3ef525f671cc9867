"""Who outside the hall a duty concerns: the apps that own its subject say so here, for the sweep.

The sweep is one statement, so what is registered is SQL: a query that gives ``user_id`` for the subject id
``f.subject_id``, built from the owner's own tables and free of values from outside.
"""

_QUERIES: dict[str, str] = {}


def register(subject_type: str, query: str) -> None:
    """Let rungs for the applicant of duties on ``subject_type`` ("approvals.case") tell whom ``query`` gives."""
    _QUERIES[subject_type.lower()] = query


def unregister(subject_type: str) -> None:
    _QUERIES.pop(subject_type.lower(), None)


def told_sql() -> str:
    """Branches for the sweep's list of those told: clock, code and person of every fired rung for an applicant."""
    return "".join(
        f"""
    UNION
    SELECT f.id, f.code, o.user_id
    FROM fired f CROSS JOIN LATERAL ({query}) o JOIN accounts_user u ON u.id = o.user_id AND u.is_active
    WHERE f.who = 'applicant' AND f.subject_type = '{subject_type}'"""  # noqa: S608  (names that our own apps register)
        for subject_type, query in sorted(_QUERIES.items())
    )
