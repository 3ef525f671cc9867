"""The one statement that turns notices into message rows; other set-based writers build on it."""

from notifications.channels import registered


def channels_sql(channels: str = "") -> str:
    """A lateral join that gives, for a recipient ``u``, each channel ``c`` that reaches this person.

    ``channels`` is an SQL expression (text[]) over what stands before the join: only these, or all
    if it is empty or null. The inbox is always among them, so that nobody misses a duty.
    """
    rows = ["('inapp', TRUE)"]
    for one in registered():
        chosen = f" AND (coalesce(cardinality({channels}), 0) = 0 OR '{one.code}' = ANY({channels}))"
        rows.append(f"('{one.code}', ({one.reach_sql}){chosen if channels else ''})")
    return f"CROSS JOIN LATERAL (VALUES {', '.join(rows)}) AS c (channel, reached)"


INTO_OUTBOX = """
INSERT INTO notifications_message
    (recipient_id, channel, template, params, link, dedupe_key, quiet, digest, status,
     attempts, next_try_at, sent_at, error, created_at)
"""


def columns_sql(
    template: str, params: str, link: str, dedupe_key: str, at: str, *, quiet: str = "", digest: str = ""
) -> str:
    """The SELECT list that fits INTO_OUTBOX, from SQL expressions; needs ``u`` and ``c`` (channels_sql).

    In-app rows are born sent; the others wait for the delivery task. An empty dedupe key is none.
    ``quiet`` and ``digest`` (boolean, null is false) hold back what leaves the hall until the quiet
    hours are over or until the next daily digest. With either, the statement also needs the
    parameters ``allowed_at`` and ``digest_at``: see ``times.parameters``.
    """
    due = at
    if quiet:
        due = f"CASE WHEN {quiet} THEN %(allowed_at)s::timestamptz ELSE {due} END"
    if digest:
        due = f"CASE WHEN {digest} THEN %(digest_at)s::timestamptz ELSE {due} END"
    return f"""
        u.id, c.channel, {template}, {params}, {link},
        CASE WHEN {dedupe_key} <> '' THEN {dedupe_key} || ':' || u.id || ':' || c.channel END,
        {_outside(quiet)}, {_outside(digest)},
        CASE c.channel WHEN 'inapp' THEN 'sent' ELSE 'pending' END,
        0,
        CASE c.channel WHEN 'inapp' THEN NULL ELSE {due} END,
        CASE c.channel WHEN 'inapp' THEN {at} END,
        '', {at}
    """


def _outside(condition: str) -> str:
    return f"c.channel <> 'inapp' AND coalesce({condition}, FALSE)" if condition else "FALSE"
