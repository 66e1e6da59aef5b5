"""Row-level security for the tables of digests, meetups and what came with them."""

from django.db import migrations

from accounts.tenancy import isolate

# Beat finds what is due without knowing whose it is; ids only.
DUE_DIGESTS = """
CREATE FUNCTION engage_due_digests(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT due.organization_id, due.id FROM coaching_subscription AS due
    WHERE due.due_at <= at ORDER BY due.due_at LIMIT most
$$
"""
DUE_DELIVERIES = """
CREATE FUNCTION engage_due_deliveries(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT due.organization_id, due.id FROM coaching_delivery AS due
    WHERE due.next_at <= at ORDER BY due.next_at LIMIT most
$$
"""
NOT_SUBSCRIBED = """
CREATE FUNCTION engage_members_not_subscribed(most integer)
RETURNS TABLE (organization_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT member.organization_id FROM accounts_membership AS member
    WHERE NOT EXISTS (
        SELECT 1 FROM coaching_subscription AS has
        WHERE has.organization_id = member.organization_id AND has.user_id = member.user_id
    )
    LIMIT most
$$
"""
# Who wants to hear of people that wait, and has not heard for a day.
WAIT_WATCHERS = """
CREATE FUNCTION engage_wait_watchers(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT watcher.organization_id, watcher.id FROM coaching_subscription AS watcher
    WHERE watcher.tell_waiting AND watcher.bounced_at IS NULL
      AND (watcher.told_waiting_at IS NULL OR watcher.told_waiting_at < at - interval '1 day')
    ORDER BY watcher.told_waiting_at NULLS FIRST LIMIT most
$$
"""

DUE_WEBHOOKS = """
CREATE FUNCTION engage_due_webhooks(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Every organization's first before anybody's second, so that one with many does not hold up the others.
    SELECT due.organization_id, due.id FROM (
        SELECT d.organization_id, d.id, d.next_at,
               row_number() OVER (PARTITION BY d.organization_id ORDER BY d.next_at) AS turn
        FROM coaching_webhookdelivery AS d
        WHERE d.next_at <= at
    ) AS due
    ORDER BY due.turn, due.next_at LIMIT most
$$
"""
WEBHOOK_LISTENERS = """
CREATE FUNCTION engage_webhook_listeners(wanted text[])
RETURNS TABLE (organization_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT hook.organization_id FROM coaching_webhookendpoint AS hook
    WHERE hook.off_since IS NULL AND hook.events::text[] && wanted
$$
"""


class Migration(migrations.Migration):
    """The database's own lock; without it no tenant table may exist."""

    dependencies = [("coaching", "0003_digests_meetups_and_more")]

    operations = [
        isolate("coaching_clientnote"),
        isolate("coaching_personnote"),
        isolate("coaching_hiddenperson"),
        isolate("coaching_digestissue"),
        isolate("coaching_subscription"),
        isolate("coaching_delivery", subscription_id="coaching_subscription"),
        isolate("coaching_webhookendpoint"),
        isolate("coaching_webhookdelivery", endpoint_id="coaching_webhookendpoint"),
        migrations.RunSQL(
            [
                DUE_WEBHOOKS,
                WEBHOOK_LISTENERS,
                "REVOKE ALL ON FUNCTION engage_due_webhooks FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_webhook_listeners FROM PUBLIC",
                DUE_DIGESTS,
                DUE_DELIVERIES,
                NOT_SUBSCRIBED,
                WAIT_WATCHERS,
                "REVOKE ALL ON FUNCTION engage_wait_watchers FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_due_digests FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_due_deliveries FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_members_not_subscribed FROM PUBLIC",
            ],
            [
                "DROP FUNCTION engage_wait_watchers(timestamptz, integer)",
                "DROP FUNCTION engage_due_webhooks(timestamptz, integer)",
                "DROP FUNCTION engage_webhook_listeners(text[])",
                "DROP FUNCTION engage_due_digests(timestamptz, integer)",
                "DROP FUNCTION engage_due_deliveries(timestamptz, integer)",
                "DROP FUNCTION engage_members_not_subscribed(integer)",
            ],
        ),
    ]
