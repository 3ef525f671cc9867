"""The sweep's one statement: lock a batch of due clocks, fire every rung that has passed, say so.

Everything a fired rung causes is in the same statement, so it happens whole or not at all:
the unique row, the ledger entry, the messages, the clock's own progress and breach stamps.
It waits for nobody: clocks, and subjects whose ledger somebody is writing, are skipped when locked.
"""

from deadlines import applicants
from deadlines.recipients import PEOPLE
from notifications.outbox import INTO_OUTBOX, channels_sql, columns_sql

# Rungs of an expiring duty wait at its lawful limit (at the promised one where it has no other) until its handler
# has been called: once the duty has ended by itself (deemed acceptance, a problem that climbs), nobody is to be
# escalated for it.
WITHIN_LAW = """
    (NOT c.expires OR NOT c.kind = ANY(%(expiring)s::text[])
     OR {moment} <= coalesce(c.lawful_due_at, c.due_at) + interval '1 microsecond')
"""

# All that an idle sweep asks besides expired duties: three probes of partial indexes. The oldest
# version by min(), because with "exists an older one" the planner expects many and reads the table.
LOOK = """
SELECT EXISTS (SELECT 1 FROM deadlines_clock WHERE finished_at IS NULL AND next_rung_at <= %(at)s),
       coalesce((SELECT r.fingerprint <> %(fingerprint)s
                        OR (SELECT min(calendar_version) FROM deadlines_clock WHERE finished_at IS NULL) < r.id
                 FROM deadlines_calendarrevision r ORDER BY r.id DESC LIMIT 1), false)
"""

EXPIRED = """
SELECT DISTINCT ON (kind, subject_id) kind, subject_id FROM deadlines_clock
WHERE finished_at IS NULL AND expires AND kind = ANY(%(kinds)s::text[])
  AND coalesce(lawful_due_at, due_at) < least(%(at)s, stopped_at)
ORDER BY kind, subject_id
"""

_DUE = f"""
WITH due AS MATERIALIZED (
    SELECT c.* FROM deadlines_clock c
    WHERE c.finished_at IS NULL AND c.next_rung_at <= %(at)s AND {WITHIN_LAW.format(moment="c.next_rung_at")}
    ORDER BY c.next_rung_at LIMIT %(batch)s
    FOR UPDATE SKIP LOCKED
), heads AS MATERIALIZED (
    SELECT h.subject_type, h.subject_id FROM ledger_head h
    WHERE (h.subject_type, h.subject_id) IN (SELECT subject_type, subject_id FROM due)
    FOR NO KEY UPDATE SKIP LOCKED
), free AS MATERIALIZED (
    SELECT d.* FROM due d
    WHERE (d.subject_type, d.subject_id) IN (SELECT subject_type, subject_id FROM heads)
       OR NOT EXISTS (SELECT 1 FROM ledger_head h
                      WHERE h.subject_type = d.subject_type AND h.subject_id = d.subject_id)
), climbing AS MATERIALIZED (
    SELECT c.id, r.code, r.moment, r.position
    FROM free c CROSS JOIN LATERAL unnest(c.rung_codes, c.rung_at) WITH ORDINALITY AS r (code, moment, position)
    WHERE r.position > c.rungs_fired AND r.moment <= %(at)s AND {WITHIN_LAW.format(moment="r.moment")}
), fresh AS (
    INSERT INTO deadlines_firedrung (clock_id, code, due_at, fired_at)
    SELECT id, code, moment, %(at)s FROM climbing ORDER BY moment
    ON CONFLICT (clock_id, code) DO NOTHING
    RETURNING clock_id, code
)"""  # noqa: S608  (our own fragments; values are parameters)

# A rung of a stop carries the stop's number, "stop_overlong.2"; what it says and whom it tells goes by the code alone.
# A handler whose account is closed is nobody: the post is told instead.
_FIRED = """
policy AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(policy)s::jsonb) AS p (
        kind text, department bigint, code text, who text, channels text[], quiet boolean, digest boolean)
), rungs AS MATERIALIZED (
    SELECT f.id, f.code, split_part(f.code, '.', 1) AS rung, f.moment
    FROM fresh JOIN climbing f ON f.id = fresh.clock_id AND f.code = fresh.code
), fired AS MATERIALIZED (
    SELECT c.id, c.kind, c.subject_type, c.subject_id, c.title, c.link, c.due_at, r.code, r.rung, r.moment,
           p.who, p.channels, p.quiet, p.digest,
           CASE p.who WHEN 'handler' THEN h.id WHEN 'substitute' THEN s.id END AS target_user,
           CASE WHEN p.who IN ('handler', 'substitute') THEN c.role ELSE p.who END AS target_role,
           CASE WHEN p.who IN ('director', 'leader', 'supervisor') THEN 0
                WHEN p.who = 'head' THEN coalesce(c.department_id, -1)
                ELSE coalesce(c.department_id, 0) END AS target_department,
           jsonb_build_object(
               'title', c.title,
               'due', to_char(c.due_at AT TIME ZONE %(zone)s, p.due_format),
               'until', to_char(c.resumes_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD'),
               'handler', coalesce(nullif(h.name, ''), h.username, d.name, '–')) AS params
    FROM rungs r
    JOIN free c ON c.id = r.id
    LEFT JOIN policy own ON own.kind = c.kind AND own.code = r.rung AND own.department = c.department_id
    LEFT JOIN policy wide ON wide.kind = c.kind AND wide.code = r.rung AND wide.department = 0
    LEFT JOIN accounts_user h ON h.id = c.handler_id AND h.is_active
    LEFT JOIN accounts_department d ON d.id = c.department_id
    CROSS JOIN LATERAL (
        SELECT coalesce(own.who, wide.who, 'nobody') AS who,
               coalesce(own.channels, wide.channels, '{}') AS channels,
               coalesce(own.quiet, wide.quiet, false) AS quiet,
               coalesce(own.digest, wide.digest, false) AS digest,
               CASE c.unit WHEN 'workhour' THEN 'YYYY-MM-DD HH24:MI' ELSE 'YYYY-MM-DD' END AS due_format
    ) p
    -- Whoever is away has named a substitute; for the others it is the B posts.
    LEFT JOIN accounts_absence a ON p.who = 'substitute' AND a.user_id = c.handler_id AND a.cancelled_at IS NULL
        AND %(today)s BETWEEN a.starts_on AND a.ends_on AND (a.ended_at IS NULL OR a.ends_on > %(today)s)
    LEFT JOIN accounts_user s ON s.id = a.substitute_id AND s.is_active
)"""

_TOLD = """
told AS MATERIALIZED (
    SELECT id, code, target_user AS user_id FROM fired WHERE target_user IS NOT NULL
    UNION ALL
    SELECT f.id, f.code, p.user_id
    FROM fired f JOIN people p ON p.role = f.target_role AND p.department_id = f.target_department
    WHERE f.target_user IS NULL AND f.who NOT IN ('nobody', 'applicant') AND (f.who <> 'substitute' OR p.is_substitute)
    {applicants}
), unheard AS MATERIALIZED (
    SELECT id, code FROM fired WHERE who <> 'nobody'
    EXCEPT
    SELECT id, code FROM told
), letters AS (
    SELECT f.*, t.user_id,
           CASE WHEN 'clock.' || f.rung = ANY(%(templates)s::text[]) THEN 'clock.' || f.rung
                ELSE 'clock.reminder' END AS template
    FROM told t JOIN fired f ON f.id = t.id AND f.code = t.code
    UNION ALL
    SELECT f.*, a.user_id, 'clock.alarm'
    FROM unheard n JOIN fired f ON f.id = n.id AND f.code = n.code CROSS JOIN administrators a
)"""

# By subject, as every writer of the ledger does; see ledger.services.record_many.
_WRITE = """
on_record AS (
    INSERT INTO ledger_entry (subject_type, subject_id, seq, actor_id, on_behalf_of, mandate_id,
                              act, at, data, prev_hash, hash)
    SELECT subject_type, subject_id, 0, NULL, '', NULL, 'clock.' || rung, %(at)s,
           jsonb_build_object('clock', id, 'kind', kind, 'title', title, 'due_at', due_at, 'rung_at', moment),
           '', ''
    FROM fired ORDER BY subject_type, subject_id, moment
), posted AS (
{messages}
    RETURNING 1
), moved AS (
    UPDATE deadlines_clock c SET
        rungs_fired = r.position,
        next_rung_at = c.rung_at[r.position + 1],
        breached_at = CASE WHEN c.due_at < coalesce(c.stopped_at, %(at)s)
                           THEN coalesce(c.breached_at, c.due_at) ELSE c.breached_at END,
        lawful_breached_at = CASE WHEN c.lawful_due_at < coalesce(c.stopped_at, %(at)s)
                                  THEN coalesce(c.lawful_breached_at, c.lawful_due_at)
                                  ELSE c.lawful_breached_at END,
        alarm = CASE WHEN r.unheard > coalesce(r.heard, 0) THEN 'no_recipient'
                     WHEN r.heard IS NOT NULL AND c.alarm = 'no_recipient' THEN '' ELSE c.alarm END,
        alarm_at = CASE WHEN r.unheard > coalesce(r.heard, 0) AND c.alarm <> 'no_recipient' THEN %(at)s
                        WHEN r.unheard > coalesce(r.heard, 0) OR c.alarm <> 'no_recipient' THEN c.alarm_at
                        WHEN r.heard IS NOT NULL THEN NULL ELSE c.alarm_at END
    -- The last rung that was for somebody says whether anybody knows: a later one that is heard ends the alarm.
    FROM (SELECT k.id, max(k.position) AS position,
                 max(k.position) FILTER (WHERE n.id IS NOT NULL) AS unheard,
                 max(k.position) FILTER (WHERE h.id IS NOT NULL) AS heard
          FROM climbing k
          LEFT JOIN unheard n ON n.id = k.id AND n.code = k.code
          LEFT JOIN (SELECT DISTINCT id, code FROM told) h ON h.id = k.id AND h.code = k.code
          GROUP BY k.id) r
    WHERE c.id = r.id
)
SELECT (SELECT count(*) FROM free), (SELECT count(*) FROM fired), (SELECT count(*) FROM unheard),
       (SELECT count(*) FROM posted)
"""


def climb_sql() -> str:
    """The statement, for the channels that are registered now.

    Parameters: at, today, zone, batch, expiring, policy (the ladders, resolved, as JSON), templates, and what
    notifications.times.parameters gives.
    """
    # An alarm waits for no summary and no morning: it is the administrator who has to act.
    calm = "l.template <> 'clock.alarm'"
    columns = columns_sql(
        "l.template",
        "l.params",
        "l.link",
        "'rung:' || l.id || ':' || l.code",
        "%(at)s::timestamptz",
        quiet=f"l.quiet AND {calm}",
        digest=f"l.digest AND {calm}",
    )
    messages = f"""
    {INTO_OUTBOX}
    SELECT {columns}
    FROM letters l JOIN accounts_user u ON u.id = l.user_id
    {channels_sql("l.channels")}
    WHERE c.reached
    ORDER BY l.moment, l.id, u.id
    ON CONFLICT (dedupe_key) DO NOTHING
    """  # noqa: S608
    told = _TOLD.replace("{applicants}", applicants.told_sql())
    return ", ".join([_DUE, _FIRED, PEOPLE, told, _WRITE.format(messages=messages)])
