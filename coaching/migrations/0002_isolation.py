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
    -- Every organization's first before anybody's second, so that one with many does not hold up the others.
    SELECT due.organization_id, due.id FROM (
        SELECT c.organization_id, c.id, c.due_at,
               row_number() OVER (PARTITION BY c.organization_id ORDER BY c.due_at) AS turn
        FROM coaching_connection AS c
        WHERE c.due_at <= at AND (c.lease_until IS NULL OR c.lease_until < at)
    ) AS due
    ORDER BY due.turn, due.due_at LIMIT most
$$
"""
# A push or a callback names an account or a person at the network, which several organizations may have.
CONNECTIONS_OF_ACCOUNT = """
CREATE FUNCTION engage_connections_of_account(of_network text, account text)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.organization_id, c.id FROM coaching_connection AS c
    WHERE c.network = of_network AND c.external_id = account AND c.access = 'api'
    ORDER BY c.id
$$
"""
CONNECTIONS_CONSENTED_BY = """
CREATE FUNCTION engage_connections_consented_by(of_network text, person text)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.organization_id, c.id FROM coaching_connection AS c
    WHERE c.network = of_network AND c.consented_by = person AND person <> ''
    ORDER BY c.id
$$
"""
DUE_OUTCOMES = """
CREATE FUNCTION engage_due_outcomes(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT due.organization_id, due.id FROM coaching_suggestion AS due
    WHERE due.measure_at <= at ORDER BY due.measure_at LIMIT most
$$
"""
# Which organizations' posts or messages stand under another judge than the one that is shipped or wanted.
STALE_JUDGES = """
CREATE FUNCTION engage_stale_judges(model_now text, messages_now text, at timestamptz, most integer)
RETURNS TABLE (organization_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT stale.organization_id FROM coaching_ownjudge AS stale
    WHERE (stale.model <> model_now OR stale.messages <> messages_now OR stale.number <> stale.wanted_number)
      AND (stale.lease_until IS NULL OR stale.lease_until < at)
    ORDER BY stale.switched_at NULLS FIRST, stale.id LIMIT most
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
        isolate("coaching_outcome", suggestion_id="coaching_suggestion"),
        isolate("coaching_draft"),
        isolate("coaching_rewriting"),
        isolate("coaching_import", connection_id="coaching_connection", into_id="coaching_connection"),
        isolate("coaching_readbudget"),
        isolate("coaching_readmeter"),
        isolate("coaching_removal", connection_id="coaching_connection"),
        isolate("coaching_forgotten"),
        isolate("coaching_sweep"),
        isolate("coaching_pageday", connection_id="coaching_connection"),
        isolate("coaching_conversationmark", connection_id="coaching_connection"),
        isolate("coaching_conversationclaim", connection_id="coaching_connection"),
        isolate("coaching_answerweek", connection_id="coaching_connection"),
        isolate("coaching_setting"),
        isolate("coaching_earnedpraise"),
        isolate("coaching_correction"),
        isolate("coaching_check"),
        isolate("coaching_ownjudge"),
        migrations.RunSQL(
            [
                UNFINISHED_IMPORTS,
                DUE_CONNECTIONS,
                CONNECTIONS_OF_ACCOUNT,
                CONNECTIONS_CONSENTED_BY,
                DUE_OUTCOMES,
                STALE_JUDGES,
                "REVOKE ALL ON FUNCTION engage_stale_judges FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_unfinished_imports FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_due_connections FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_connections_of_account FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_connections_consented_by FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_due_outcomes FROM PUBLIC",
            ],
            [
                "DROP FUNCTION engage_stale_judges(text, text, timestamptz, integer)",
                "DROP FUNCTION engage_unfinished_imports(timestamptz)",
                "DROP FUNCTION engage_due_connections(timestamptz, integer)",
                "DROP FUNCTION engage_connections_of_account(text, text)",
                "DROP FUNCTION engage_connections_consented_by(text, text)",
                "DROP FUNCTION engage_due_outcomes(timestamptz, integer)",
            ],
        ),
    ]
