import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_an_organization_may_be_erased"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="trial_ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address_digest", models.CharField(max_length=64, unique=True)),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("asked_at", models.DateTimeField()),
                ("link_ends_at", models.DateTimeField()),
                ("mail_due_at", models.DateTimeField(null=True)),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                ("mails", models.PositiveSmallIntegerField(default=0, help_text="How many were asked for.")),
                ("organization", models.BigIntegerField(null=True, unique=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("erase_at", models.DateTimeField(null=True)),
                ("kept_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(help_text="Somebody erases it until then.", null=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("mail_due_at__isnull", False)),
                        fields=["mail_due_at"],
                        name="trials_to_mail",
                    ),
                    models.Index(
                        condition=models.Q(("erase_at__isnull", False)),
                        fields=["erase_at"],
                        name="trials_to_erase",
                    ),
                ],
            },
        ),
    ]
