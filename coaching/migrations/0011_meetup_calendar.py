"""Which address the calendar of an organization's meetups has."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

from accounts.tenancy import isolate


class Migration(migrations.Migration):
    """At most one row an organization; without one the address is the first."""

    dependencies = [
        ("accounts", "0010_email_without_a_hyphen"),
        ("coaching", "0010_awaited_archives"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeetupCalendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveIntegerField(default=0)),
                ("renewed_at", models.DateTimeField()),
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
                    models.UniqueConstraint(fields=("organization",), name="one_meetup_calendar")
                ],
            },
            managers=[
                ("across_organizations", django.db.models.manager.Manager()),
            ],
        ),
        isolate("coaching_meetupcalendar"),
    ]
