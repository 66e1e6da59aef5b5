"""Row-level security for what accounts keep for one organization, and a trail that nobody rewrites."""

from django.db import migrations

from accounts.tenancy import isolate

APPEND_ONLY = """
CREATE FUNCTION engage_refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('engage.erasing', true) = OLD.organization_id::text THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'insufficient_privilege';
END
$$
"""


class Migration(migrations.Migration):
    """The database's own lock for the tenant tables of accounts."""

    dependencies = [("accounts", "0002_people")]

    operations = [
        isolate("accounts_auditevent"),
        isolate("accounts_logo"),
        migrations.RunSQL(
            [
                APPEND_ONLY,
                "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON accounts_auditevent "
                "FOR EACH ROW EXECUTE FUNCTION engage_refuse_change()",
            ],
            [
                "DROP TRIGGER append_only ON accounts_auditevent",
                "DROP FUNCTION engage_refuse_change()",
            ],
        ),
    ]
