"""Who looks around for a day gets no weekly mail."""

from django.db import migrations

NOT_SUBSCRIBED = """
CREATE OR REPLACE FUNCTION engage_members_not_subscribed(most integer)
RETURNS TABLE (organization_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT member.organization_id FROM accounts_membership AS member
    JOIN accounts_organization AS one ON one.id = member.organization_id
    WHERE one.trial_ends_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM coaching_subscription AS has
        WHERE has.organization_id = member.organization_id AND has.user_id = member.user_id
    )
    LIMIT most
$$
"""


class Migration(migrations.Migration):
    """The same question as before, and trials are left out of its answer."""

    dependencies = [("coaching", "0008_taken_away_erased_forgotten"), ("accounts", "0009_trials")]

    operations = [migrations.RunSQL(NOT_SUBSCRIBED, migrations.RunSQL.noop)]
