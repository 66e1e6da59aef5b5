"""A worker that dies while it makes a file to take away is followed by another, and leaves nothing behind."""

from __future__ import annotations

import os
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.utils import timezone

from accounts.tenancy import scope
from coaching import tasks
from coaching.models import Takeaway
from coaching.takeaway import asking
from tests import make, processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_file_survives_kill_9_of_its_worker(settings: Any, tmp_path: Path) -> None:
    settings.EXPORTS_DIR = folder = tmp_path / "exports"
    cast = make.cast()
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)))
    with scope([cast.theatre.pk]):
        job = asking.ask(cast.theatre, by=cast.alice, now=timezone.now())
    assert job is not None

    def now_at() -> Takeaway:
        with scope([cast.theatre.pk]):
            found: Takeaway = Takeaway.across_organizations.get(pk=job.pk)
            return found

    environment = {"EXPORTS_DIR": str(folder), "EXPORT_LEASE_SECONDS": "5"}
    # The worker waits at the trail, which comes late in the file, so that there is time to kill it there.
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as lock, lock.cursor() as cursor:
        cursor.execute("BEGIN")
        with processes.worker(environment) as first:
            assert processes.wait_until(lambda: bool(tasks.workers()))
            cursor.execute("LOCK TABLE coaching_setting IN ACCESS EXCLUSIVE MODE")
            tasks.make_takeaway.delay(cast.theatre.pk, job.pk)
            assert processes.wait_until(lambda: now_at().state == Takeaway.State.RUNNING), now_at()
            assert processes.wait_until(lambda: len(list(folder.glob("*.zip"))) == 1)
            processes.kill(first)
            first.wait()
        lock.rollback()
    [half] = folder.glob("*.zip")
    assert now_at().state == Takeaway.State.RUNNING
    with processes.worker(environment, beat=True):
        assert processes.wait_until(lambda: now_at().state == Takeaway.State.READY), now_at()
    done = now_at()
    assert done.attempts >= 2
    assert not half.exists()
    [whole] = folder.glob("*.zip")
    assert whole.name == done.file
    with zipfile.ZipFile(whole) as archive:
        assert archive.testzip() is None
        assert archive.read("json/posts.json").count(b'"external_id"') == 14
