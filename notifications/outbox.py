"""The one statement that turns notices into message rows; other set-based writers build on it."""

from notifications.channels import registered


def channels_sql() -> str:
    """A lateral join that gives, for a recipient ``u``, each channel ``c`` that reaches this person."""
    rows = ["('inapp', TRUE)", *(f"('{one.code}', {one.reach_sql})" for one in registered())]
    return f"CROSS JOIN LATERAL (VALUES {', '.join(rows)}) AS c (channel, reached)"


INTO_OUTBOX = """
INSERT INTO notifications_message
    (recipient_id, channel, template, params, link, dedupe_key, status,
     attempts, next_try_at, sent_at, error, created_at)
"""


def columns_sql(template: str, params: str, link: str, dedupe_key: str, at: str) -> str:
    """The SELECT list that fits INTO_OUTBOX, from SQL expressions; needs ``u`` and ``c`` (channels_sql).

    In-app rows are born sent; the others wait for the delivery task. An empty dedupe key is none.
    """
    return f"""
        u.id, c.channel, {template}, {params}, {link},
        CASE WHEN {dedupe_key} <> '' THEN {dedupe_key} || ':' || u.id || ':' || c.channel END,
        CASE c.channel WHEN 'inapp' THEN 'sent' ELSE 'pending' END,
        0,
        CASE c.channel WHEN 'inapp' THEN NULL ELSE {at} END,
        CASE c.channel WHEN 'inapp' THEN {at} END,
        '', {at}
    """
