import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_isolation_of_people"),
        ("coaching", "0004_isolation_of_new"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateField(verbose_name="from")),
                ("last", models.DateField(verbose_name="until")),
                ("content", models.JSONField()),
                ("judge", models.CharField(blank=True, max_length=60)),
                ("address", models.CharField(blank=True, max_length=40)),
                ("indexed", models.BooleanField(default=False, verbose_name="search engines may find it")),
                ("published_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.organization",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "across_organizations",
                "default_manager_name": "across_organizations",
                "indexes": [models.Index(fields=["organization", "-published_at"], name="cards_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("address", ""), _negated=True),
                        fields=("organization", "address"),
                        name="one_card_per_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first__lte", models.F("last"))),
                        name="card_begins_before_it_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("indexed", False), models.Q(("address", ""), _negated=True), _connector="OR"
                        ),
                        name="only_public_cards_indexed",
                    ),
                ],
            },
            managers=[
                ("across_organizations", django.db.models.manager.Manager()),
            ],
        ),
        isolate("coaching_reportcard"),
    ]
