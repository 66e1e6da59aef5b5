"""A worker that dies in the middle of an import loses nothing and doubles nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from accounts.tenancy import scope
from bench.make_archive import write_archive
from coaching import importing, rejudging, tasks
from coaching.models import Import
from tests import make, processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

POSTS = 12_000


@pytest.fixture
def job(settings: Any, tmp_path: Path) -> Import:
    """A large archive that waits to be read."""
    settings.UPLOADS_DIR = tmp_path / "uploads"
    cast = make.cast()
    archive = tmp_path / "archive.zip"
    write_archive(archive, POSTS)
    with scope([cast.theatre.pk]):
        # A new organization's judge is written down with its first posts; here it is known before.
        rejudging.hold(cast.theatre, now=make.NOW)
        return importing.start(
            cast.theatre, filename="archive.zip", chunks=[archive.read_bytes()], by=cast.alice
        )


def now_at(job: Import) -> Import:
    """The import as it is now."""
    with scope([job.organization_id]):
        found: Import = Import.across_organizations.get(pk=job.pk)
        return found


def posts(job: Import) -> int:
    """How many posts are visible."""
    with scope([job.organization_id]):
        return int(job.organization.posts.count())


@contextmanager
def nobody_can_store() -> Iterator[None]:
    """Holds workers at the last step, so that there is time to kill one there."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as lock, lock.cursor() as cursor:
        cursor.execute("LOCK TABLE coaching_post IN SHARE MODE")
        yield


@pytest.mark.parametrize("stage", [Import.Stage.READING, Import.Stage.JUDGING, Import.Stage.STORING])
def test_an_import_survives_kill_9_of_its_worker(job: Import, stage: str, tmp_path: Path) -> None:
    environment = {"UPLOADS_DIR": str(tmp_path / "uploads"), "IMPORT_LEASE_SECONDS": "5"}

    def begun() -> bool:
        seen = now_at(job)
        # Whoever looks too seldom, on a busy machine, finds it a stage further on, but never at its end.
        there = Import.Stage.values[Import.Stage.values.index(stage) :]
        return seen.state == Import.State.RUNNING and seen.stage in there and seen.done > 0

    with nobody_can_store(), processes.worker(environment) as first:
        tasks.import_archive.delay(job.organization_id, job.pk)
        assert processes.wait_until(begun), now_at(job)
        processes.kill(first)
        first.wait()
    assert now_at(job).state == Import.State.RUNNING
    assert posts(job) == 0
    if now_at(job).stage == Import.Stage.STORING:
        # That lease is long; an operator's restart after it is what is meant.
        with scope([job.organization_id]):
            Import.across_organizations.filter(pk=job.pk).update(lease_until=job.created_at)
    with processes.worker(environment, beat=True):
        assert processes.wait_until(lambda: now_at(job).state == Import.State.DONE), now_at(job)
        assert processes.wait_until(lambda: list((tmp_path / "uploads").iterdir()) == [])
    done = now_at(job)
    assert done.attempts >= 2
    assert (done.result or {})["posts"] == (done.result or {})["new"] == posts(job) == POSTS


def test_an_import_whose_message_was_lost_is_found_by_beat(job: Import, tmp_path: Path) -> None:
    with processes.worker({"UPLOADS_DIR": str(tmp_path / "uploads")}, beat=True):
        assert processes.wait_until(lambda: now_at(job).state == Import.State.DONE), now_at(job)
    assert posts(job) == POSTS
