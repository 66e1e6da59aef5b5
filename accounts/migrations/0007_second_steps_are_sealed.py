"""Mails that wait; and secrets of the second step that were stored as they are become sealed."""

from typing import Any

from django.db import migrations, models

from accounts import sealing

_SECRETS = {"totp": "secret", "recovery_codes": "seed"}
_SEALED = "gAAAA"  # how every Fernet token begins, and no secret of ours


def seal(apps: Any, schema_editor: Any) -> None:
    """Seals what is not sealed yet."""
    _change(apps, schema_editor, lambda value: value if value.startswith(_SEALED) else sealing.seal(value))


def unseal(apps: Any, schema_editor: Any) -> None:
    """The way back."""
    _change(apps, schema_editor, lambda value: sealing.unseal(value) if value.startswith(_SEALED) else value)


def _change(apps: Any, schema_editor: Any, change: Any) -> None:
    kept = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    for one in kept.filter(type__in=_SECRETS):
        field = _SECRETS[one.type]
        if field in one.data:
            one.data[field] = change(one.data[field])
            one.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_links_and_mails_of_practices"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.CreateModel(
            name="PendingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField()),
                ("mail_due_at", models.DateTimeField(null=True)),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
            ],
            options={"indexes": [models.Index(fields=["mail_due_at"], name="pending_mails_due")]},
        ),
        migrations.RunPython(seal, unseal),
    ]
