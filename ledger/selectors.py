"""Reading the ledger."""

from dataclasses import dataclass

from django.db import connection

from ledger.models import Entry, EntryQuerySet
from ledger.services import Subject, subject_key


def timeline(subject: Subject) -> EntryQuerySet:
    """Everything that happened to ``subject``, oldest first, with the people who did it."""
    return Entry.objects.of(*subject_key(subject)).select_related("actor")


@dataclass(frozen=True, slots=True)
class Break:
    """The first row at which a chain does not hold."""

    entry_id: int | None
    subject_type: str
    subject_id: int
    seq: int
    reason: str


# Each row against the one before it of its subject; then each head against its last row, which
# is how rows cut off the end of a chain are noticed.
FIRST_BREAK = """
WITH chain AS (
    SELECT e.id, e.subject_type, e.subject_id, e.seq, e.prev_hash, e.hash,
           ledger_hash(e.prev_hash, e.subject_type, e.subject_id, e.seq, e.actor_id,
                       e.on_behalf_of, e.mandate_id, e.act, e.at, e.data) AS right_hash,
           lag(e.seq, 1, 0::bigint) OVER w AS last_seq,
           lag(e.hash, 1, ''::bytea) OVER w AS last_hash
    FROM ledger_entry e
    WHERE %(label)s IS NULL OR (e.subject_type = %(label)s AND e.subject_id = %(id)s)
    WINDOW w AS (PARTITION BY e.subject_type, e.subject_id ORDER BY e.seq)
), broken AS (
    SELECT id, subject_type, subject_id, seq,
           CASE WHEN seq <> last_seq + 1 THEN 'gap'
                WHEN prev_hash <> last_hash THEN 'link'
                ELSE 'content' END AS reason
    FROM chain
    WHERE seq <> last_seq + 1 OR prev_hash <> last_hash OR hash <> right_hash
    UNION ALL
    SELECT last.id, coalesce(h.subject_type, last.subject_type), coalesce(h.subject_id, last.subject_id),
           coalesce(last.seq, 0), 'head'
    FROM (SELECT * FROM ledger_head h
          WHERE %(label)s IS NULL OR (h.subject_type = %(label)s AND h.subject_id = %(id)s)) h
    FULL JOIN (SELECT DISTINCT ON (subject_type, subject_id) id, subject_type, subject_id, seq, hash
               FROM chain ORDER BY subject_type, subject_id, seq DESC) last
      ON last.subject_type = h.subject_type AND last.subject_id = h.subject_id
    WHERE h.seq IS DISTINCT FROM last.seq OR h.hash IS DISTINCT FROM last.hash
)
SELECT id, subject_type, subject_id, seq, reason FROM broken
ORDER BY reason = 'head', id NULLS LAST, subject_type, subject_id LIMIT 1
"""


def first_break(subject: Subject | None = None) -> Break | None:
    """The first row, by id, whose position, link or content is not what was written; None if all hold.

    One statement over the whole ledger (or one subject); the rows stay in the database.
    """
    label, subject_id = subject_key(subject) if subject is not None else (None, None)
    with connection.cursor() as cursor:
        cursor.execute(FIRST_BREAK, {"label": label, "id": subject_id})
        row = cursor.fetchone()
    return Break(*row) if row else None
