"""A worker that dies while it erases an organization is followed by another, and the receipt counts once."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.utils import timezone

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import tasks
from coaching.erasing import asking, carrying_out
from coaching.models import Erasure, Post
from tests import make, processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_erasing_survives_kill_9_of_its_worker(settings: Any, tmp_path: Path) -> None:
    cast, now = make.cast(), timezone.now()
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)))
    make.pulled(cast.rival, make.post(1))
    with scope([cast.theatre.pk]):
        assert asking.ask(cast.theatre, by=cast.alice, now=now - asking.GRACE - timedelta(hours=1))

    def as_it_is() -> Erasure:
        return Erasure.objects.get(organization=cast.theatre.pk)

    # The worker waits at one of many tables, so that there is time to kill it between two.
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as lock, lock.cursor() as cursor:
        with processes.worker() as first:
            assert processes.wait_until(lambda: bool(tasks.workers()))
            cursor.execute("LOCK TABLE coaching_retention IN ACCESS EXCLUSIVE MODE")
            tasks.erase_due.delay()
            assert processes.wait_until(lambda: as_it_is().lease_until is not None)
            assert processes.wait_until(lambda: waits_for_lock(lock.get_backend_pid()))
            processes.kill(first)
            first.wait()
        lock.rollback()
    half = as_it_is()
    assert half.finished_at is None
    assert Organization.objects.filter(pk=cast.theatre.pk).exists()
    with scope([cast.theatre.pk]):
        assert not asking.undo(cast.theatre, by=cast.alice, now=now), "what has begun cannot be undone"
    assert carrying_out.due(timezone.now()) == [], "the dead worker's lease runs"
    Erasure.objects.update(lease_until=now - timedelta(seconds=1))  # half an hour later
    with processes.worker():
        assert processes.wait_until(lambda: bool(tasks.workers()))
        tasks.erase_due.delay()
        assert processes.wait_until(lambda: as_it_is().finished_at is not None), as_it_is().erased
    assert not Organization.objects.filter(pk=cast.theatre.pk).exists()
    assert as_it_is().erased["coaching_post"] == 14
    with scope([cast.rival.pk]):
        assert Post.across_organizations.count() == 1


def waits_for_lock(holder: int) -> bool:
    """Whether somebody waits for what this connection has locked."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as other, other.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE %s = ANY (pg_blocking_pids(pid)))", [holder]
        )
        return cursor.fetchone() == (True,)
