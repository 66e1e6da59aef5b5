"""PostgreSQL and Valkey for a checkout that was given neither: started when absent, kept in `var/`.

DATABASE_URL and REDIS_URL in the environment win over everything here.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from engage.embedded import postgres, valkey
from engage.embedded.place import Unavailable, alone, secret, var_folder

__all__ = ["Unavailable", "Urls", "ensure", "secret", "stop", "throw_away", "var_folder", "wanted"]


@dataclass(frozen=True)
class Urls:
    """Where the data is: as the role that uses it, as the role that owns the tables, and the broker."""

    database: str
    migration_database: str
    redis: str


def wanted() -> bool:
    """Whether local servers are to fill in for addresses that the environment does not name.

    ENGAGE_EMBEDDED=off says no, for what needs settings but no data: a type check, an image being built.
    """
    named = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    return not named and os.environ.get("ENGAGE_EMBEDDED", "").lower() not in {"off", "no", "false", "0"}


def ensure(folder: Path | None = None, *, durable: bool = True) -> Urls:
    """The addresses to use, with whatever the environment does not name started when absent.

    `folder` is where the servers live (`var/`, or ENGAGE_VAR); `durable=False` is faster, for throw-away
    servers.
    Raises Unavailable with a sentence for the user where a server cannot be had.
    """
    database = os.environ.get("DATABASE_URL")
    migration = os.environ.get("MIGRATION_DATABASE_URL") or database
    redis = os.environ.get("REDIS_URL")
    if database and migration and redis:
        return Urls(database, migration, redis)
    folder = folder or var_folder()
    with alone(folder):
        if not database or not migration:
            addresses = postgres.ensure(folder, durable=durable)
            database, migration = addresses.app, addresses.owner
        if not redis:
            redis = valkey.ensure(folder, durable=durable)
    return Urls(database, migration, redis)


def stop(folder: Path | None = None) -> None:
    """End the servers that `ensure` started for this folder, and no others."""
    folder = folder or var_folder()
    if not folder.is_dir():
        return
    with alone(folder):
        valkey.stop(folder)
        postgres.stop(folder)


def throw_away(folder: Path) -> None:
    """End the servers of that folder and delete it with everything they kept."""
    stop(folder)
    postgres.throw_away(folder)
    shutil.rmtree(folder)
