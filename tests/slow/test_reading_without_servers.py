"""PostgreSQL and Valkey killed while an account is read: everything is there afterwards, once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from engage import embedded
from engage.embedded import process
from tests import processes
from tests.slow.test_reading_killed import POSTS, Crowd, environment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CONNECT = """
import sys, django
django.setup()
from datetime import timedelta
from django.utils import timezone
from accounts import organizing
from accounts.models import User
from tests.coaching.network_cast import connected
owner = User.objects.create_user("owner@example.org", "correct-horse-battery")
stage = organizing.create_organization(slug="stage", name="Stage", owner=owner)
now = timezone.now()
connected(
    stage, network="twitter", external_id="10001", handle="stage0", due_at=now,
    scopes=["tweet.read", "users.read", "offline.access"],
    token_expires_at=now + timedelta(days=1), tokens={"access": sys.argv[1], "refresh": "unused"},
)
"""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Servers of our own, which nobody else misses when they are killed."""
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    parent = Path(tempfile.mkdtemp(prefix="engage-killed-"))
    parent.chmod(0o755)
    yield parent / "var"
    embedded.throw_away(parent / "var")
    shutil.rmtree(parent)


def run(given: dict[str, str], *command: str) -> None:
    """A program on those servers."""
    told = {**os.environ, "DJANGO_SETTINGS_MODULE": "engage.settings", "PYTHONPATH": str(ROOT), **given}
    subprocess.run([sys.executable, *command], cwd=ROOT, env=told, check=True, stdout=subprocess.DEVNULL)


def posts(owner: str) -> tuple[int, int, bool]:
    """(rows, different posts, whether the account has caught up), seen by the owner of the tables."""
    with closing(psycopg2.connect(owner)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT external_id) FROM coaching_post")
        rows, different = cursor.fetchone() or (0, 0)
        cursor.execute("SELECT bool_and(caught_up_at IS NOT NULL) FROM coaching_connection")
        return rows, different, (cursor.fetchone() or [False])[0] is True


@pytest.mark.parametrize("victim", ["postgres.running", "valkey.running"])
def test_kill_9_of_a_server_while_an_account_is_read(folder: Path, victim: str) -> None:
    urls = embedded.ensure(folder)
    with Crowd(1) as stand:
        stand.page_size = 10
        stand.gate.clear()
        given = environment(
            stand,
            DATABASE_URL=urls.database,
            MIGRATION_DATABASE_URL=urls.migration_database,
            REDIS_URL=urls.redis,
            ENGAGE_VAR=str(folder),
        )
        run(given, "manage.py", "migrate", "--verbosity", "0")
        run(given, "-c", CONNECT, stand.access["10001"])
        with processes.worker(given, beat=True):
            assert stand.held.wait(300), "the worker has stored a page and waits for the next"
            for leader in process._leaders(folder / victim):
                leader.kill()
            assert process.gone(folder / victim, seconds=120)
            stand.gate.set()
            assert embedded.ensure(folder) == urls
            assert processes.wait_until(lambda: posts(urls.migration_database)[2])
        assert posts(urls.migration_database) == (POSTS, POSTS, True)
