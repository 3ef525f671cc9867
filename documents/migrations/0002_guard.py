"""What was issued can't be removed or rewritten, whoever asks the database."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION documents_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('hall.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is kept for ever: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

-- What may still change: the making (status, attempts, the file once) and one revocation.
CREATE FUNCTION documents_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changeable CONSTANT text[] := ARRAY['status', 'file_id', 'sha256', 'made_at', 'attempts', 'next_try_at', 'error',
                                        'revoked_at', 'revoked_by_id', 'revoke_reason'];
BEGIN
    IF to_jsonb(OLD) - changeable IS DISTINCT FROM to_jsonb(NEW) - changeable THEN
        RAISE EXCEPTION 'document % is issued: its content does not change', OLD.number
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.sha256 <> '' AND (NEW.sha256, NEW.file_id, NEW.made_at, NEW.status)
            IS DISTINCT FROM (OLD.sha256, OLD.file_id, OLD.made_at, OLD.status) THEN
        RAISE EXCEPTION 'document % is made: its file does not change', OLD.number
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.revoked_by_id, NEW.revoke_reason)
            IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_by_id, OLD.revoke_reason) THEN
        RAISE EXCEPTION 'document % is revoked: that stays', OLD.number USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- A series goes up by one, whoever writes it.
CREATE FUNCTION documents_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.mark, NEW.year, NEW.last) IS DISTINCT FROM (OLD.mark, OLD.year, OLD.last + 1) THEN
        RAISE EXCEPTION 'series %〔%〕 goes up by one only', OLD.mark, OLD.year USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER documents_document_keep BEFORE UPDATE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_keep();
CREATE TRIGGER documents_series_step BEFORE UPDATE ON documents_series
    FOR EACH ROW EXECUTE FUNCTION documents_step();
CREATE TRIGGER documents_document_refuse BEFORE DELETE OR TRUNCATE ON documents_document
    FOR EACH STATEMENT EXECUTE FUNCTION documents_refuse();
CREATE TRIGGER documents_series_refuse BEFORE DELETE OR TRUNCATE ON documents_series
    FOR EACH STATEMENT EXECUTE FUNCTION documents_refuse();
CREATE TRIGGER documents_templateversion_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON documents_templateversion
    FOR EACH STATEMENT EXECUTE FUNCTION documents_refuse();
"""

BACKWARD = """
DROP TRIGGER documents_templateversion_refuse ON documents_templateversion;
DROP TRIGGER documents_series_refuse ON documents_series;
DROP TRIGGER documents_document_refuse ON documents_document;
DROP TRIGGER documents_series_step ON documents_series;
DROP TRIGGER documents_document_keep ON documents_document;
DROP FUNCTION documents_step();
DROP FUNCTION documents_keep();
DROP FUNCTION documents_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
