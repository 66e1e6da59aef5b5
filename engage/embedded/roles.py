"""The two database roles: one owns the tables, the other only uses them, held by row-level security."""

from __future__ import annotations

from contextlib import closing

import psycopg2
from psycopg2 import sql

OWNER = "engage_owner"
APP = "engage_app"

# Neither can pass by a policy. The owner may make databases, because tests make their own.
_POWERS = {
    OWNER: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB",
    APP: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB",
}


def prepare(
    server_url: str, database_url: str, *, database: str, owner_password: str, app_password: str
) -> None:
    """See that both roles and the database exist; may run any number of times.

    Both addresses are the administrator's. Raises psycopg2.OperationalError while the server is not ready.
    """
    with closing(psycopg2.connect(server_url)) as connection:
        connection.autocommit = True  # a database cannot be made inside a transaction
        with connection.cursor() as cursor:
            for role, password in ((OWNER, owner_password), (APP, app_password)):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                statement = sql.SQL("{verb} ROLE {role} WITH {powers} PASSWORD {password}")
                cursor.execute(
                    statement.format(
                        verb=sql.SQL(verb),
                        role=sql.Identifier(role),
                        powers=sql.SQL(_POWERS[role]),
                        password=sql.Literal(password),
                    )
                )
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if not cursor.fetchone():
                names = (sql.Identifier(database), sql.Identifier(OWNER))
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(grants(database, owner=OWNER, app=APP))


def grants(database: str, *, owner: str, app: str) -> sql.Composed:
    """What the roles may do in that database: the app may use the tables that the owner makes."""
    names = {"database": sql.Identifier(database), "owner": sql.Identifier(owner), "app": sql.Identifier(app)}
    return sql.SQL(
        """
        REVOKE ALL ON DATABASE {database} FROM PUBLIC;
        GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app};
        ALTER SCHEMA public OWNER TO {owner};
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        GRANT USAGE ON SCHEMA public TO {app};
        ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
        ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
            GRANT USAGE, SELECT ON SEQUENCES TO {app};
        """
    ).format(**names)
