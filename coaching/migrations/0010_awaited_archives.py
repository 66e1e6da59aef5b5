"""Archives that were asked for, their lock, and who is to be written to."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from accounts.tenancy import isolate

DUE_ARCHIVE_MAILS = """
CREATE FUNCTION engage_due_archive_mails(at timestamptz, most integer)
RETURNS TABLE (organization_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT due.organization_id, due.id FROM coaching_awaitedarchive AS due
    WHERE due.mail_due_at <= at ORDER BY due.mail_due_at LIMIT most
$$
"""


class Migration(migrations.Migration):
    """One row an organization and network, until its mails are sent."""

    dependencies = [
        ("accounts", "0009_trials"),
        ("coaching", "0009_no_digest_in_a_trial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AwaitedArchive",
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
                ("asked_at", models.DateTimeField()),
                (
                    "mails",
                    models.PositiveSmallIntegerField(default=0, help_text="How many were sent or given up."),
                ),
                ("mail_due_at", models.DateTimeField()),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
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
                "indexes": [models.Index(fields=["mail_due_at"], name="awaited_archive_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "network"), name="one_awaited_archive_per_network"
                    )
                ],
            },
            managers=[
                ("across_organizations", django.db.models.manager.Manager()),
            ],
        ),
        isolate("coaching_awaitedarchive"),
        migrations.RunSQL(
            [DUE_ARCHIVE_MAILS, "REVOKE ALL ON FUNCTION engage_due_archive_mails FROM PUBLIC"],
            "DROP FUNCTION engage_due_archive_mails(timestamptz, integer)",
        ),
    ]
