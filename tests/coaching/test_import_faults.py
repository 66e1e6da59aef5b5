"""Archives with odd values, and workers that meet over the same import."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import User
from accounts.tenancy import scope
from coaching import importing
from coaching.models import Connection, Import
from coaching.networks import archives
from tests import make
from tests.networks.archive_makers import fb_post, make_facebook_archive, make_x_archive, script, tweet

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> make.Cast:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return make.cast()


def uploaded(cast: make.Cast, path: Path, into: Connection | None = None) -> Import:
    """An import that waits for a worker."""
    with scope([cast.theatre.pk]):
        return importing.start(
            cast.theatre, filename=path.name, chunks=[path.read_bytes()], by=cast.alice, into=into
        )


def claimed(cast: make.Cast, job: Import, after: timedelta = timedelta()) -> Import:
    taken = importing.claim(cast.theatre.pk, job.pk, now=make.NOW + after)
    assert taken is not None
    return taken


def as_it_is(job: Import) -> Import:
    with scope([job.organization_id]):
        found: Import = Import.across_organizations.get(pk=job.pk)
        return found


def archive(folder: Path, count: int = 30) -> Path:
    return make_x_archive(
        folder / "archive.zip",
        [tweet(number, f"Who comes to part {number} tonight?") for number in range(1, count + 1)],
    )


def test_values_beyond_any_post_do_not_stop_an_import(cast: make.Cast, tmp_path: Path) -> None:
    odd = [
        tweet(1, "Forty thousand pictures", extended_entities={"media": [{}] * 40_000}),
        tweet(2, "A\x00B \ud800", favorite_count="-5", retweet_count=2**70),
        tweet(3, "Before everything", created_at="0001-01-01T00:00:00+00:00"),
        tweet(4, "After everything", created_at="9999-12-31T23:59:59-12:00"),
    ]
    job = uploaded(cast, make_x_archive(tmp_path / "odd.zip", odd))
    importing.run(claimed(cast, job), clock=lambda: make.NOW)
    ended = as_it_is(job)
    assert (ended.state, (ended.result or {})["warnings"]) == (Import.State.DONE, ["broken_posts:2"])
    with scope([cast.theatre.pk]):
        second = cast.theatre.posts.get(external_id="2")
        assert (second.text, second.likes, second.shares) == ("AB \ufffd", None, None)


def test_a_manifest_that_exaggerates_is_not_believed(cast: make.Cast, tmp_path: Path) -> None:
    told = [{"fileName": f"data/tweets-part{part}.js", "count": str(2**31 - 1)} for part in (1, 2)]
    manifest = {"dataTypes": {"tweets": {"files": told}}}
    path = make_x_archive(
        tmp_path / "archive.zip",
        [tweet(1)],
        layout="no_manifest",
        extra=[("data/manifest.js", script("__THAR_CONFIG", manifest))],
    )
    job = uploaded(cast, path)
    importing.run(claimed(cast, job), clock=lambda: make.NOW)
    ended = as_it_is(job)
    assert (ended.state, ended.expected) == (Import.State.DONE, None)


def test_a_page_with_an_endless_name_and_album_can_be_imported(cast: make.Cast, tmp_path: Path) -> None:
    album = [{"data": [{"media": {"uri": "picture.jpg"}}] * 40_000}]
    path = make_facebook_archive(
        tmp_path / "page.zip",
        [fb_post(1_600_000_000, "All our faces.", attachments=album)],
        name="Ä" * 190,
        username=None,
    )
    job = uploaded(cast, path)
    importing.run(claimed(cast, job), clock=lambda: make.NOW)
    assert as_it_is(job).state == Import.State.DONE


def test_a_worker_that_comes_late_does_not_undo_what_another_ended(cast: make.Cast, tmp_path: Path) -> None:
    job = uploaded(cast, archive(tmp_path))
    slow = claimed(cast, job)
    quick = claimed(cast, job, after=timedelta(hours=1))
    importing.run(quick, clock=lambda: make.NOW)
    importing.run(slow, clock=lambda: make.NOW)
    ended = as_it_is(job)
    assert (ended.state, ended.error, ended.upload) == (Import.State.DONE, "", "")


def test_what_is_erased_while_its_archive_is_read_stays_erased(cast: make.Cast, tmp_path: Path) -> None:
    importing.run(claimed(cast, uploaded(cast, archive(tmp_path))), clock=lambda: make.NOW)
    with scope([cast.theatre.pk]):
        account = cast.theatre.connections.get()
    job = claimed(cast, uploaded(cast, archive(tmp_path), into=account))
    with scope([cast.theatre.pk]):
        account.delete()
    importing.run(job, clock=lambda: make.NOW)
    with scope([cast.theatre.pk]):
        assert (cast.theatre.posts.count(), cast.theatre.connections.count()) == (0, 0)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_an_upload_that_cannot_be_noted_is_not_kept(cast: make.Cast, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="NUL"), scope([cast.theatre.pk]):
        importing.start(cast.theatre, filename="a\x00b.zip", chunks=[b"some"], by=None)
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_archive_by_several_workers_at_once_is_stored_once(cast: make.Cast, tmp_path: Path) -> None:
    path, new, together = archive(tmp_path, 500), [], threading.Barrier(3)

    def bring_in() -> None:
        try:
            together.wait()
            result = importing.bring_in(cast.theatre, archives.open_archive(path), clock=lambda: make.NOW)
            new.append(result["new"])
        finally:
            connections.close_all()

    workers = [threading.Thread(target=bring_in) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(new) == [0, 0, 500]
    with scope([cast.theatre.pk]):
        assert (cast.theatre.posts.count(), cast.theatre.connections.count()) == (500, 1)


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("options", [{"slug": "no good"}, {"slug": "mill\n"}, {"timezone": "localtime"}])
def test_an_organization_that_cannot_be_made_leaves_no_owner(
    cast: make.Cast, options: dict[str, str]
) -> None:
    wanted = {"slug": "mill", "timezone": "Europe/London", **options}
    with pytest.raises(CommandError):
        call_command(
            "create_organization",
            wanted["slug"],
            name="Old Mill",
            owner="fresh@example.org",
            timezone=wanted["timezone"],
        )
    assert not User.objects.filter(email="fresh@example.org").exists()
