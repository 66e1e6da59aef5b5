"""Row-level security for the tables of digests, meetups and what came with them."""

from django.db import migrations

from accounts.tenancy import isolate


class Migration(migrations.Migration):
    """The database's own lock; without it no tenant table may exist."""

    dependencies = [("coaching", "0003_digests_meetups_and_more")]

    operations = [
        isolate("coaching_clientnote"),
        isolate("coaching_personnote"),
        isolate("coaching_hiddenperson"),
    ]
