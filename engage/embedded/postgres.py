"""A private PostgreSQL for one checkout, with the two roles that row-level security needs."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from engage.embedded import process, programs, roles
from engage.embedded.place import (
    Account,
    Unavailable,
    as_account,
    home_for,
    read_json,
    secret_while_alone,
    write_private,
)

DATABASE = "engage"
_START_SECONDS = 60.0
_TRIES = 5
# Trading safety on a power cut for speed: only for servers that are thrown away.
_HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


@dataclass(frozen=True)
class Addresses:
    """The one database as its two roles: who uses it, and who owns its tables."""

    app: str
    owner: str


def ensure(folder: Path, *, durable: bool = True) -> Addresses:
    """The addresses of this checkout's PostgreSQL, started when absent; call it while alone."""
    running = _running(folder)
    note = folder / "postgres-state.json"
    port = read_json(note).get("port")
    if process.is_running(running):
        if isinstance(port, int) and _comes_up(port, running):
            return _addresses(folder, port)
        stop(folder)
    # Only a server that was fully prepared may be taken for running the next time.
    note.unlink(missing_ok=True)
    port = _start(folder, running, port, durable=durable)
    write_private(note, {"port": port})
    return _addresses(folder, port)


def stop(folder: Path) -> None:
    """End this checkout's PostgreSQL, if it runs; open connections are cut, nothing committed is lost."""
    process.stop(_running(folder), politely=signal.SIGINT)


def throw_away(folder: Path) -> None:
    """Delete what this checkout's PostgreSQL keeps outside of `folder`, once it is stopped."""
    outside = read_json(folder / "postgres.json").get("home")
    if isinstance(outside, str):
        shutil.rmtree(outside)
        (folder / "postgres.json").unlink()


def _running(folder: Path) -> Path:
    return folder / "postgres.running"


def _comes_up(port: int, running: Path) -> bool:
    """Whether a server that is alive answers; one that was just killed leaves processes for a moment."""
    until = time.monotonic() + 10.0
    while time.monotonic() < until and process.is_running(running):
        if process.answers(port):
            return True
        time.sleep(0.02)
    return False


def _start(folder: Path, running: Path, wanted: int | None, *, durable: bool) -> int:
    account = server_account()
    home = home_for(account, folder, "postgres")
    found = programs.find(account, home)
    cluster = _cluster(found, account, home, _secret(folder, "postgres"))
    log = home / "postgres.log"
    for _ in range(_TRIES):
        # Nobody holds our lock, so whoever this names is a zombie or a stranger; PostgreSQL cannot know that.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        port = process.free_port(wanted)
        process.start(
            [found.path("postgres"), "-D", str(cluster), *_options(port, durable=durable)],
            running=running,
            log=log,
            account=account,
        )
        if _prepare(folder, port, running):
            return port
        process.stop(running, politely=signal.SIGINT)
        wanted = None  # somebody else may have taken the port between our look and the start
    raise Unavailable(f"PostgreSQL does not start. Its last words are in {log}.")


def _options(port: int, *, durable: bool) -> Iterator[str]:
    settings = [
        f"port={port}",
        f"listen_addresses={process.LOOPBACK}",
        "unix_socket_directories=",
        "password_encryption=scram-sha-256",
        "timezone=UTC",
        "log_timezone=UTC",
        *(() if durable else _HASTY),
    ]
    for setting in settings:
        yield from ("-c", setting)


def _prepare(folder: Path, port: int, running: Path) -> bool:
    """Wait for the server and see that roles and database are there; False if it died or never came."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.is_running(running):
        try:
            roles.prepare(
                _url("postgres", _secret(folder, "postgres"), port, "postgres"),
                _url("postgres", _secret(folder, "postgres"), port, DATABASE),
                database=DATABASE,
                owner_password=_secret(folder, "postgres_owner"),
                app_password=_secret(folder, "postgres_app"),
            )
        except psycopg2.OperationalError:
            time.sleep(0.02)
        else:
            return True
    return False


def _cluster(found: programs.Programs, account: Account | None, home: Path, password: str) -> Path:
    """The data folder of that major version, made in a draft and renamed, so that it is whole or absent."""
    cluster = home / str(found.major)
    if cluster.is_dir():
        return cluster
    for forgotten in home.glob(".draft-*"):
        shutil.rmtree(forgotten)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=home))
    data, word = draft / "data", draft / "word"
    data.mkdir(mode=0o700)
    word.touch(mode=0o600)
    word.write_text(password)
    if account is not None:
        for path in (draft, data, word):
            os.chown(path, account.uid, account.gid)
    answer = _initialise(found, account, data, word)
    if answer.returncode != 0:
        raise Unavailable(f"PostgreSQL could not make its data folder:\n{answer.stderr}{answer.stdout}")
    data.rename(cluster)
    shutil.rmtree(draft)
    return cluster


def _initialise(
    found: programs.Programs, account: Account | None, data: Path, word: Path
) -> subprocess.CompletedProcess[str]:
    builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    # Before 17 the alphabet of the system has to do; not every system has one by this name.
    older = [("--locale=C.UTF-8",), ("--locale=en_US.UTF-8",), ("--locale=C",)]
    for locale in [builtin] if found.major >= 17 else older:
        answer = subprocess.run(
            [
                found.path("initdb"),
                f"--pgdata={data}",
                "--username=postgres",
                "--auth=scram-sha-256",
                f"--pwfile={word}",
                "--encoding=UTF8",
                *locale,
            ],
            capture_output=True,
            check=False,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            text=True,
            **as_account(account),
        )
        if answer.returncode == 0:
            break
    return answer


def server_account() -> Account | None:
    """The account PostgreSQL runs under: ours, or one of the system's own, as it refuses to be root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "_postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        # macOS gives nobody the number -2, which the system calls want as it is stored: unsigned.
        return Account(name, entry.pw_uid % 2**32, entry.pw_gid % 2**32)
    raise Unavailable("PostgreSQL does not run as root, and there is no account `postgres` or `nobody`.")


def _secret(folder: Path, name: str) -> str:
    return secret_while_alone(name, folder)


def _addresses(folder: Path, port: int) -> Addresses:
    return Addresses(
        app=_url(roles.APP, _secret(folder, "postgres_app"), port, DATABASE),
        owner=_url(roles.OWNER, _secret(folder, "postgres_owner"), port, DATABASE),
    )


def _url(role: str, password: str, port: int, database: str) -> str:
    return f"postgresql://{role}:{password}@{process.LOOPBACK}:{port}/{database}"
