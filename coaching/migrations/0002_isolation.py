"""Row-level security for every tenant table, and the few functions that look across tenants."""

from django.db import migrations

from accounts.tenancy import isolate

# Beat and workers must find work without knowing whose it is. These functions run as the owner of the
# tables, tell ids only, and are all there is that crosses organizations.
UNFINISHED_IMPORTS = """
CREATE FUNCTION engage_unfinished_imports(at timestamptz)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT job.organization_id, job.id FROM coaching_import AS job
    WHERE (job.state IN ('waiting', 'running') AND (job.lease_until IS NULL OR job.lease_until < at))
       OR (job.state IN ('done', 'failed') AND job.upload <> '')
    ORDER BY job.id
$$
"""
DUE_CONNECTIONS = """
CREATE FUNCTION engage_due_connections(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT due.organization_id, due.id FROM coaching_connection AS due
    WHERE due.due_at <= at ORDER BY due.due_at LIMIT most
$$
"""


class Migration(migrations.Migration):
    """The database's own lock; without it no tenant table may exist."""

    dependencies = [("coaching", "0001_initial")]

    operations = [
        isolate("coaching_connection"),
        isolate("coaching_post", connection_id="coaching_connection"),
        isolate("coaching_message", connection_id="coaching_connection"),
        isolate("coaching_weekrollup", connection_id="coaching_connection"),
        isolate("coaching_suggestion"),
        isolate("coaching_import", connection_id="coaching_connection", into_id="coaching_connection"),
        migrations.RunSQL(
            [
                UNFINISHED_IMPORTS,
                DUE_CONNECTIONS,
                "REVOKE ALL ON FUNCTION engage_unfinished_imports FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_due_connections FROM PUBLIC",
            ],
            [
                "DROP FUNCTION engage_unfinished_imports(timestamptz)",
                "DROP FUNCTION engage_due_connections(timestamptz, integer)",
            ],
        ),
    ]
