"""Files to take away, organizations that end, people who are forgotten everywhere, and how long things stay."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from accounts.tenancy import isolate

DUE_CONNECTIONS = """
CREATE OR REPLACE FUNCTION engage_due_connections(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Every organization's first before anybody's second, so that one with many does not hold up the others.
    -- Nothing new is read for an organization that is going to be erased.
    SELECT due.organization_id, due.id FROM (
        SELECT c.organization_id, c.id, c.due_at,
               row_number() OVER (PARTITION BY c.organization_id ORDER BY c.due_at) AS turn
        FROM coaching_connection AS c JOIN accounts_organization AS o ON o.id = c.organization_id
        WHERE c.due_at <= at AND (c.lease_until IS NULL OR c.lease_until < at) AND o.erase_at IS NULL
    ) AS due
    ORDER BY due.turn, due.due_at LIMIT most
$$
"""
DUE_DIGESTS = """
CREATE OR REPLACE FUNCTION engage_due_digests(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT due.organization_id, due.id
    FROM coaching_subscription AS due JOIN accounts_organization AS o ON o.id = due.organization_id
    WHERE due.due_at <= at AND o.erase_at IS NULL ORDER BY due.due_at LIMIT most
$$
"""
TAKEAWAYS = """
CREATE FUNCTION engage_takeaways(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT one.organization_id, one.id FROM coaching_takeaway AS one
    WHERE (one.state IN ('waiting', 'running') AND (one.lease_until IS NULL OR one.lease_until < at))
       OR (one.state = 'ready' AND one.expires_at <= at)
    ORDER BY one.created_at LIMIT most
$$
"""
# Where somebody who asks to be forgotten is named: ids of organizations, and theirs at the network.
PEOPLE_NAMED = """
CREATE FUNCTION engage_people_named(of_network text, named text)
RETURNS TABLE (organization_id bigint, person text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.organization_id, coalesce(m.author_id, lower(m.author_handle))
    FROM coaching_message AS m JOIN coaching_connection AS c ON c.id = m.connection_id
    WHERE c.network = of_network
      AND (lower(m.author_handle) = lower(named) OR m.author_id = named OR m.url = named)
    UNION
    SELECT p.organization_id, who ->> 'id'
    FROM coaching_post AS p JOIN coaching_connection AS c ON c.id = p.connection_id
         CROSS JOIN LATERAL (VALUES (p.reply_to), (p.shared_from)) AS others (who)
    WHERE c.network = of_network AND (lower(who ->> 'handle') = lower(named) OR who ->> 'id' = named)
    UNION
    SELECT p.organization_id, NULL
    FROM coaching_post AS p JOIN coaching_connection AS c ON c.id = p.connection_id
    WHERE c.network = of_network AND lower(named) = ANY (SELECT lower(unnest(p.mentions)))
    UNION
    SELECT d.organization_id, NULL FROM coaching_draft AS d
    WHERE d.network = of_network AND position('@' || lower(named) IN lower(d.text || ' ' || d.other)) > 0
    UNION
    SELECT n.organization_id, n.person FROM coaching_personnote AS n
    WHERE n.network = of_network AND (n.person = named OR n.person = lower(named))
    UNION
    SELECT h.organization_id, h.person FROM coaching_hiddenperson AS h
    WHERE h.network = of_network AND (h.person = named OR h.person = lower(named))
    UNION
    SELECT i.organization_id, i.person FROM coaching_meetupinvite AS i
    WHERE i.network = of_network AND (i.person = named OR lower(i.person) = lower(named))
    UNION
    SELECT g.organization_id, NULL FROM coaching_meetupguest AS g
    WHERE g.network = of_network AND lower(g.handle) = lower(named)
$$
"""


class Migration(migrations.Migration):
    """Tables, their lock, and the functions that look across organizations."""

    dependencies = [
        ("accounts", "0008_an_organization_may_be_erased"),
        ("coaching", "0007_meetups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("organization", models.BigIntegerField()),
                ("asked_by", models.BigIntegerField(null=True)),
                ("asked_by_email", models.EmailField(blank=True, max_length=254)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "erased",
                    models.JSONField(
                        default=dict, help_text="How many rows of each table, and how many files."
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("organization",),
                        name="one_erasure_of_an_organization",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ForgetRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                (
                    "network",
                    models.CharField(
                        choices=[("twitter", "X (Twitter)"), ("facebook", "Facebook")], max_length=10
                    ),
                ),
                ("handle", models.CharField(blank=True, max_length=300)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waits for the link in the mail to be opened"),
                            ("confirmed", "waits for the operator"),
                            ("done", "done"),
                            ("refused", "not done"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("messages", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "asked_at"], name="forget_request_by_state")],
            },
        ),
        migrations.CreateModel(
            name="ForgottenEverywhere",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "network",
                    models.CharField(
                        choices=[("twitter", "X (Twitter)"), ("facebook", "Facebook")], max_length=10
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("network", "digest"), name="forgotten_everywhere_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("to", models.EmailField(max_length=254)),
                ("told", models.JSONField(default=dict)),
                ("organization", models.BigIntegerField(null=True)),
                ("mail_due_at", models.DateTimeField()),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["mail_due_at"], name="mail_due")],
            },
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("x_text_days", models.PositiveSmallIntegerField(null=True)),
                ("facebook_text_days", models.PositiveSmallIntegerField(null=True)),
                ("message_days", models.PositiveSmallIntegerField(null=True)),
                ("draft_days", models.PositiveSmallIntegerField(null=True)),
                ("digest_days", models.PositiveSmallIntegerField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "across_organizations",
                "default_manager_name": "across_organizations",
                "constraints": [
                    models.UniqueConstraint(fields=("organization",), name="one_retention_per_organization")
                ],
            },
            managers=[
                ("across_organizations", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Takeaway",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "being made"),
                            ("ready", "ready"),
                            ("failed", "failed"),
                            ("gone", "deleted"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("done", models.IntegerField(default=0)),
                ("expected", models.IntegerField(null=True)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("file", models.CharField(blank=True, max_length=80)),
                ("size", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "across_organizations",
                "default_manager_name": "across_organizations",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running", "ready"])),
                        fields=["created_at"],
                        name="takeaway_to_look_after",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=("organization",),
                        name="one_takeaway_at_a_time",
                    )
                ],
            },
            managers=[
                ("across_organizations", django.db.models.manager.Manager()),
            ],
        ),
        isolate("coaching_takeaway"),
        isolate("coaching_retention"),
        migrations.RunSQL(
            [
                DUE_CONNECTIONS,
                DUE_DIGESTS,
                TAKEAWAYS,
                PEOPLE_NAMED,
                "REVOKE ALL ON FUNCTION engage_takeaways FROM PUBLIC",
                "REVOKE ALL ON FUNCTION engage_people_named FROM PUBLIC",
            ],
            [
                "DROP FUNCTION engage_people_named(text, text)",
                "DROP FUNCTION engage_takeaways(timestamptz, integer)",
            ],
        ),
    ]
