"""The chain: positions and hashes given by a trigger; rows that cannot be changed."""

from django.db import migrations

FORWARD = """
-- Injective text of a row (a JSON array) after the hash of the row before it. The moment goes in
-- as microseconds, because its text would depend on the session's time zone.
CREATE FUNCTION ledger_hash(prev bytea, subject_type text, subject_id bigint, seq bigint, actor_id bigint,
                            on_behalf_of text, mandate_id bigint, act text, at timestamptz, data jsonb)
RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(prev || convert_to(jsonb_build_array(
        subject_type, subject_id, seq, actor_id, on_behalf_of, mandate_id, act,
        (extract(epoch FROM at) * 1000000)::bigint, data)::text, 'UTF8'))
$$;

-- The upsert locks the head row of the subject, so that writers of one subject come one by one
-- and writers of different subjects never meet.
CREATE FUNCTION ledger_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_head AS h (subject_type, subject_id, seq, prev_hash, hash)
    VALUES (NEW.subject_type, NEW.subject_id, 1, '',
            ledger_hash('', NEW.subject_type, NEW.subject_id, 1, NEW.actor_id, NEW.on_behalf_of,
                        NEW.mandate_id, NEW.act, NEW.at, NEW.data))
    ON CONFLICT (subject_type, subject_id) DO UPDATE
        SET seq = h.seq + 1,
            prev_hash = h.hash,
            hash = ledger_hash(h.hash, NEW.subject_type, NEW.subject_id, h.seq + 1, NEW.actor_id,
                               NEW.on_behalf_of, NEW.mandate_id, NEW.act, NEW.at, NEW.data)
    RETURNING h.seq, h.prev_hash, h.hash INTO NEW.seq, NEW.prev_hash, NEW.hash;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('hall.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the ledger is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER ledger_entry_chain BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_chain();
CREATE TRIGGER ledger_entry_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
-- Heads are updated by the chain itself; a changed head is found by verify_ledger.
CREATE TRIGGER ledger_head_refuse BEFORE DELETE OR TRUNCATE ON ledger_head
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
ALTER TABLE ledger_head SET (fillfactor = 70);
"""

BACKWARD = """
DROP TRIGGER ledger_head_refuse ON ledger_head;
DROP TRIGGER ledger_entry_refuse ON ledger_entry;
DROP TRIGGER ledger_entry_chain ON ledger_entry;
DROP FUNCTION ledger_refuse();
DROP FUNCTION ledger_chain();
DROP FUNCTION ledger_hash(bytea, text, bigint, bigint, bigint, text, bigint, text, timestamptz, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
