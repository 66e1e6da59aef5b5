"""`migrate`, run as the role that owns the tables; the role of web and workers then may use them."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections
from psycopg2 import sql

LOCK = 7_311_955  # any number that nothing else locks in this database


class Command(MigrateCommand):
    """Brings the tables up to date as MIGRATION_DATABASE_URL and grants their use to DATABASE_URL's role."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates the owner's database unless another one is named; two at once take turns."""
        if options["database"] == "default":
            options["database"] = "owner"
        if options["database"] != "owner":
            super().handle(*args, **options)
            return
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                super().handle(*args, **options)
                grant_use(settings.DATABASES["default"]["USER"])
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def grant_use(role: str) -> None:
    """Lets a role read and write rows and call our functions, and own nothing."""
    grants = (
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
    )
    with connections["owner"].cursor() as cursor:
        for statement in grants:
            cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role)))
