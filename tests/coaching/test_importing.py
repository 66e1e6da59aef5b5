"""An archive becomes posts, weeks and suggestions: once, whole, and never by halves."""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.tenancy import scope
from coaching import importing
from coaching.models import Import, Post, WeekRollup
from coaching.networks import archives
from coaching.networks.contract import Unreadable
from tests import make
from tests.networks.archive_makers import make_x_archive, tweet

pytestmark = pytest.mark.django_db
# Commands migrate first, which the owner of the tables does.
COMMANDS = pytest.mark.django_db(databases=["default", "owner"])

SFO = Path(__file__).parents[2].parent / "shared" / "data" / "archives" / "twitter-sfomuseum.zip"


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> make.Cast:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return make.cast()


def import_file(cast: make.Cast, path: Path, **options: Any) -> Import:
    """Uploads and runs an import as the web and a worker do."""
    with scope([cast.theatre.pk]):
        job = importing.start(
            cast.theatre, filename=path.name, chunks=[path.read_bytes()], by=cast.alice, **options
        )
    claimed = importing.claim(cast.theatre.pk, job.pk, now=make.NOW)
    assert claimed is not None
    importing.run(claimed, clock=lambda: make.NOW)
    with scope([cast.theatre.pk]):
        ended: Import = Import.across_organizations.get(pk=job.pk)
        return ended


def counts(job: Import) -> dict[str, int]:
    """What an import brought."""
    return {key: (job.result or {})[key] for key in ("new", "updated", "skipped")}


def archive(path: Path, count: int = 30) -> Path:
    """An X archive with `count` posts, all different."""
    return make_x_archive(
        path / "archive.zip",
        [
            tweet(str(n), f"Tonight on stage, number {n}: what would you like to hear next?")
            for n in range(1, count + 1)
        ],
    )


def test_an_upload_becomes_judged_posts_weeks_and_suggestions(cast: make.Cast, tmp_path: Path) -> None:
    job = import_file(cast, archive(tmp_path))
    assert (job.state, job.error) == (Import.State.DONE, "")
    assert counts(job) == {"new": 30, "updated": 0, "skipped": 0}
    with scope([cast.theatre.pk]):
        posts = list(cast.theatre.posts.all())
        assert len(posts) == 30
        assert all(post.kind and post.score is not None and post.judge for post in posts)
        assert (
            sum(
                week.converse + week.share + week.announce + week.pitch
                for week in cast.theatre.weekrollups.all()
            )
            == 30
        )
    assert importing.upload_path(job.upload or "x").exists() is False
    assert list((tmp_path / "uploads").iterdir()) == []


def test_the_same_archive_again_changes_nothing(cast: make.Cast, tmp_path: Path) -> None:
    path = archive(tmp_path)
    import_file(cast, path)
    again = import_file(cast, path)
    assert counts(again) == {
        "new": 0,
        "updated": 0,
        "skipped": 30,
    }


def test_a_newer_archive_updates_what_changed_and_adds_what_is_new(cast: make.Cast, tmp_path: Path) -> None:
    import_file(cast, archive(tmp_path))
    newer = [
        tweet(str(n), f"Tonight on stage, number {n}: what would you like to hear next?")
        for n in range(1, 31)
    ]
    newer[0] = tweet(
        "1", "Tonight on stage, number 1: what would you like to hear next?", favorite_count="12"
    )
    newer.append(tweet("31", "Thank you all for coming, it was a joy to meet you."))
    job = import_file(cast, make_x_archive(tmp_path / "newer.zip", newer))
    assert counts(job) == {
        "new": 1,
        "updated": 1,
        "skipped": 29,
    }
    with scope([cast.theatre.pk]):
        assert cast.theatre.posts.get(external_id="1").likes == 12
        assert cast.theatre.connections.count() == 1


def test_another_accounts_archive_is_refused_with_both_names(cast: make.Cast, tmp_path: Path) -> None:
    into = make.connection(cast.theatre, "gulltheatre")
    job = import_file(cast, archive(tmp_path), into=into)
    assert (job.state, job.error) == (Import.State.FAILED, "another_account")
    assert set(job.error_params) == {"archive", "connection"}
    assert job.error_params["connection"] == "gulltheatre"
    with scope([cast.theatre.pk]):
        assert cast.theatre.posts.count() == 0


def test_a_broken_archive_leaves_nothing_but_a_sentence(cast: make.Cast, tmp_path: Path) -> None:
    path = archive(tmp_path, 200)
    path.write_bytes(path.read_bytes()[:-400])
    job = import_file(cast, path)
    assert job.state == Import.State.FAILED
    assert job.error
    with scope([cast.theatre.pk]):
        assert (cast.theatre.posts.count(), cast.theatre.connections.count()) == (0, 0)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_an_import_is_done_by_one_worker_until_its_lease_ends(cast: make.Cast, tmp_path: Path) -> None:
    with scope([cast.theatre.pk]):
        job = importing.start(
            cast.theatre, filename="a.zip", chunks=[archive(tmp_path).read_bytes()], by=None
        )
    assert importing.unfinished(make.NOW) == [(cast.theatre.pk, job.pk)]
    assert importing.claim(cast.theatre.pk, job.pk, now=make.NOW) is not None
    assert importing.claim(cast.theatre.pk, job.pk, now=make.NOW) is None
    assert importing.unfinished(make.NOW) == []
    later = make.NOW + settings.IMPORT_LEASE * 2
    assert importing.unfinished(later) == [(cast.theatre.pk, job.pk)]
    assert importing.claim(cast.theatre.pk, job.pk, now=later) is not None


def test_an_import_that_keeps_failing_ends_with_an_error(cast: make.Cast, tmp_path: Path) -> None:
    with scope([cast.theatre.pk]):
        job = importing.start(cast.theatre, filename="a.zip", chunks=[b"whatever"], by=None)
    now = make.NOW
    for _ in range(importing.ATTEMPTS):
        assert importing.claim(cast.theatre.pk, job.pk, now=now) is not None
        now += settings.IMPORT_LEASE * 2
    assert importing.claim(cast.theatre.pk, job.pk, now=now) is None
    with scope([cast.theatre.pk]):
        assert Import.across_organizations.get(pk=job.pk).error == "kept_failing"


def test_an_upload_over_the_limit_is_refused_and_not_kept(
    cast: make.Cast, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(Unreadable, match="too_big"), scope([cast.theatre.pk]):
        importing.start(cast.theatre, filename="a.zip", chunks=[b"12345678", b"12345678"], by=None)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_uploads_that_lost_their_import_are_deleted_after_a_week(cast: make.Cast, tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    old, young = folder / "old.zip", folder / "young.zip"
    for path, age in ((old, importing.KEPT * 1.1), (young, importing.KEPT * 0.9)):
        path.write_bytes(b"")
        moment = (make.NOW - age).timestamp()
        os.utime(path, (moment, moment))
    assert importing.discard_orphans(make.NOW) == 1
    assert list(folder.iterdir()) == [young]


def test_two_organizations_import_the_same_archive_and_do_not_see_each_other(
    cast: make.Cast, tmp_path: Path
) -> None:
    path = archive(tmp_path)
    for organization in (cast.theatre, cast.rival):
        result = importing.bring_in(organization, archives.open_archive(path), clock=lambda: make.NOW)
        assert result["new"] == 30
    with scope([cast.rival.pk]):
        assert Post.across_organizations.count() == 30


def test_the_web_upload_waits_for_the_commit_and_shows_its_progress(
    cast: make.Cast, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client()
    client.force_login(cast.erin)
    file = SimpleUploadedFile("twitter.zip", archive(tmp_path).read_bytes(), "application/zip")
    with django_capture_on_commit_callbacks() as enqueued:
        answer = client.post(reverse("coaching:upload", args=["theatre"]), {"archive": file})
    assert answer.status_code == 302
    assert len(enqueued) == 1
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert b"twitter.zip" in page.content
    with scope([cast.theatre.pk]):
        job = Import.across_organizations.get()
    claimed = importing.claim(cast.theatre.pk, job.pk, now=make.NOW)
    assert claimed is not None
    importing.run(claimed, clock=lambda: make.NOW)
    done = client.get(reverse("coaching:import_progress", args=["theatre", job.pk]))
    assert done.status_code == 286
    assert b"30" in done.content


@COMMANDS
def test_the_commands_print_one_json_line_each(cast: make.Cast, tmp_path: Path) -> None:
    out = StringIO()
    call_command(
        "create_organization",
        "mill",
        name="Old Mill",
        owner="New@Example.org",
        timezone="Asia/Kathmandu",
        stdout=out,
    )
    made = json.loads(out.getvalue())
    assert (made["organization"], made["owner"], made["owner_created"]) == ("mill", "new@example.org", True)
    assert Client().get(made["set_password_url"].split("8000")[1], follow=True).status_code == 200
    out = StringIO()
    call_command("import_archive", "mill", str(archive(tmp_path)), "--json", stdout=out)
    assert list(json.loads(out.getvalue())) == [
        "network", "handle", "posts", "new", "updated", "skipped", "shares", "replies", "threads",
        "first", "last", "warnings",
    ]  # fmt: skip


@COMMANDS
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import_archive", "nowhere", "x.zip"), "There is no organization nowhere"),
        (("import_archive", "theatre", "/no/such.zip"), "There is no file"),
        (("create_organization", "theatre", "--name", "X", "--owner", "a@example.org"), "taken already"),
        (("create_organization", "No Good", "--name", "X", "--owner", "a@example.org"), "small letters"),
        (("create_organization", "ok", "--name", "X", "--owner", "nobody"), "valid email"),
        (
            (
                "create_organization",
                "ok",
                "--name",
                "X",
                "--owner",
                "a@example.org",
                "--timezone",
                "Mars/Base",
            ),
            "time zone",
        ),
    ],
)
def test_the_commands_say_what_is_wrong(cast: make.Cast, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command(*arguments)


@pytest.mark.slow
def test_the_museums_archive_has_the_known_numbers(cast: make.Cast) -> None:
    if not SFO.exists():
        pytest.skip("the museum's archive is not beside this checkout")
    result = importing.bring_in(cast.theatre, archives.open_archive(SFO), clock=lambda: make.NOW)
    assert {key: result[key] for key in ("posts", "new", "shares", "replies", "threads", "first")} == {
        "posts": 13_469, "new": 13_469, "shares": 2_162, "replies": 1_033, "threads": 2_635,
        "first": "2011-09-15T18:59:24Z",
    }  # fmt: skip
    assert result["last"].startswith("2024-11-22")
    again = importing.bring_in(cast.theatre, archives.open_archive(SFO), clock=lambda: make.NOW)
    assert (again["new"], again["updated"]) == (0, 0)
    with scope([cast.theatre.pk]):
        assert cast.theatre.suggestions.filter(state="open").count() == 3
        assert WeekRollup.across_organizations.count() > 500
