"""A PostgreSQL and a Valkey for one run of the tests, and in them a database for each worker.

A run never touches what a developer has in `var/`. Every process of the run, commands and workers that a test
starts included, finds the addresses in its environment.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg2
from psycopg2 import sql

from engage import embedded
from engage.embedded import roles

_RUN = "ENGAGE_TEST_RUN"
_PREFIX = "engage-tests-"
_ADDRESSES = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL")


def provide() -> None:
    """Name this process's servers in its environment; the first process of a run starts them.

    Must come before the settings are read. Addresses given from outside are used, in databases of our own.
    """
    if _RUN not in os.environ:
        _begin()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = f"{_run_name()}_{worker}"
    for name in _ADDRESSES[:2]:
        os.environ[name] = _in_database(os.environ[name], database)
    if worker != "main":
        address = urlsplit(os.environ["REDIS_URL"])
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = address._replace(path=f"/{number}").geturl()


def make_database() -> None:
    """Make this worker's database: a copy of one that was migrated once for the whole run."""
    template = f"{_run_name()}_template"
    with _alone(), _administration() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
            _migrate(template)
        name = urlsplit(os.environ["DATABASE_URL"]).path.strip("/")
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )


def empty_tables() -> None:
    """Delete all rows that tests committed; the app role may not truncate, so the owner does.

    What migrations and Django itself wrote stays.
    """
    address = os.environ["MIGRATION_DATABASE_URL"]
    with closing(psycopg2.connect(address)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN "
            "('django_migrations', 'django_content_type', 'auth_permission', 'django_site')"
        )
        tables = [sql.Identifier(name) for (name,) in cursor.fetchall()]
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(tables)))


def _begin() -> None:
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # PostgreSQL runs as another account when we are root
    os.environ[_RUN] = str(folder)
    os.environ["ENGAGE_VAR"] = str(folder)
    own = not all(os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL"))
    atexit.register(_end, os.getpid(), folder)
    # So that a run which is told to stop, by `timeout` or by CI, still comes to its end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    urls = embedded.ensure(folder, durable=False) if own else embedded.ensure()
    for name, address in zip(_ADDRESSES, (urls.database, urls.migration_database, urls.redis), strict=True):
        os.environ[name] = address


def _end(owner: int, folder: Path) -> None:
    if os.getpid() != owner:
        return  # a fork of ours, which must not take the servers along
    if (folder / "postgres.running").exists():
        embedded.throw_away(folder)
        return
    with _administration() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{_run_name()}_"])
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    shutil.rmtree(folder)


def _sweep() -> None:
    """Throw away what runs that were killed have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        number = folder.name.removeprefix(_PREFIX).split("-")[0]
        if folder.stat().st_uid == os.geteuid() and number.isdigit() and not psutil.pid_exists(int(number)):
            embedded.throw_away(folder)


def _migrate(database: str) -> None:
    """Run the migrations as the owner of the tables, in the database that all others are copied from."""
    # Django's settings are read from the addresses that `provide` names, so not before it has run.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    owner = connections["owner"]
    own_name = owner.settings_dict["NAME"]
    owner.settings_dict["NAME"] = database
    try:
        app = urlsplit(os.environ["DATABASE_URL"]).username or roles.APP
        with owner.cursor() as cursor:
            cursor.execute(
                roles.grants(database, owner=owner.settings_dict["USER"], app=app).as_string(owner.connection)
            )
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    finally:
        owner.close()
        owner.settings_dict["NAME"] = own_name


@contextmanager
def _administration() -> Iterator[psycopg2.extensions.connection]:
    """A connection of the owner beside the databases of the run, outside of any transaction."""
    address = _in_database(os.environ["MIGRATION_DATABASE_URL"], "postgres")
    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        yield connection


@contextmanager
def _alone() -> Iterator[None]:
    with (Path(os.environ[_RUN]) / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run_name() -> str:
    return "engage_test_" + Path(os.environ[_RUN]).name.removeprefix(_PREFIX).replace("-", "_").lower()


def _in_database(address: str, name: str) -> str:
    return urlsplit(address)._replace(path=f"/{name}").geturl()
