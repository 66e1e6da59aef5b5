"""An organization takes everything away: a worker makes the file, owners fetch it, then it goes."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganizationOwned, User
from accounts.tenancy import scope
from coaching import client_notes, drafts, hooks, pending_mails
from coaching.models import Connection, Message, PersonNote, Post, Takeaway
from coaching.takeaway import asking, files, making, parts
from tests import mail_server, make

pytestmark = pytest.mark.django_db
PAGE = "/o/theatre/settings/export/"
NOW = make.NOW


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EXPORTS_DIR = tmp_path / "exports"
    return tmp_path / "exports"


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sure(client: Client) -> Client:
    """The same, having said once more who they are."""
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    return client


def ask(cast: make.Cast, now: datetime = NOW) -> Takeaway:
    with scope([cast.theatre.pk]):
        job = asking.ask(cast.theatre, by=cast.alice, now=now)
    assert job is not None
    return job


def work(now: datetime = NOW) -> None:
    """What beat and a worker do."""
    for ids in making.due(now):
        if job := making.claim(*ids, now=now):
            making.make(job, clock=lambda: now)


def now_at(job: Takeaway) -> Takeaway:
    with scope([job.organization_id]):
        found: Takeaway = Takeaway.across_organizations.get(pk=job.pk)
        return found


def opened(job: Takeaway) -> zipfile.ZipFile:
    return zipfile.ZipFile(files.path(now_at(job).file))


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"json/{name}.json"))
    return found


def furnish(cast: make.Cast) -> None:
    """Posts, messages on both networks, a note, a draft, a webhook with its secret, a token at X."""
    own = make.post(1, "=SUM(A1) for everybody! Thank you @ana", mentions=("ana",))
    repost = make.post(2, "RT @ana: my own words")
    asked = make.message(1, "Is there a matinee on Friday?")
    made = make.pulled(cast.theatre, own, repost, messages=[asked])
    page = make.connection(cast.theatre, "gullpage", network="facebook")
    with scope([cast.theatre.pk]):
        made.keep_tokens(access="x-secret-access", refresh="x-secret-refresh")
        made.save()
        Message.across_organizations.create(
            organization=cast.theatre,
            connection=page,
            external_id="f1",
            created_at=NOW,
            text="Words on a Page",
            author_id="77",
            author_name="Tom Brown",
        )
        PersonNote.across_organizations.create(
            organization=cast.theatre,
            network="twitter",
            person="id-ana",
            text="Likes matinees",
            by=cast.erin,
            at=NOW,
        )
        what = drafts.Written("twitter", "Which scene stayed with you?")
        drafts.save(cast.theatre, what, by=cast.erin, now=NOW)
        hooks.add(cast.theatre, "https://a.test/", ["suggestion.new"], by=cast.alice, now=NOW)
    carol = make.consultant(cast.theatre)
    for text, shared in (("for the practice alone", False), ("well answered", True)):
        with scope([cast.theatre.pk]):
            client_notes.write(
                cast.theatre, carol.practices.get(), text=text, shared=shared, by=carol, now=NOW
            )


def test_it_is_made_by_a_worker_and_holds_everything_twice(cast: make.Cast) -> None:
    furnish(cast)
    job = ask(cast)
    work()
    done = now_at(job)
    assert (done.state, done.expires_at) == (Takeaway.State.READY, NOW + timedelta(days=7))
    with opened(job) as archive:
        assert archive.testzip() is None
        names = {part.name for part in parts.parts()}
        assert set(archive.namelist()) == {"README.txt"} | {
            f"{kind}/{name}.{kind}" for name in names for kind in ("csv", "json")
        }
        for name in names:
            table = list(csv.reader(io.StringIO(archive.read(f"csv/{name}.csv").decode("utf-8-sig"))))
            assert len(table) - 1 == len(rows(archive, name)), name
        readme = archive.read("README.txt").decode()
        assert all(name in readme for name in names)
        assert {one["user_email"]: one["role"] for one in rows(archive, "members")} == {
            "alice@example.org": "owner", "erin@example.org": "editor", "bob@example.org": "viewer",
        }  # fmt: skip
        assert [one["text"] for one in rows(archive, "notes_about_people")] == ["Likes matinees"]
        assert [one["action"] for one in rows(archive, "trail")][-1] == "export_asked"
        assert done.size == files.path(done.file).stat().st_size


def test_own_words_are_whole_and_those_of_others_on_x_are_not_in_it(cast: make.Cast) -> None:
    furnish(cast)
    job = ask(cast)
    work()
    with opened(job) as archive:
        texts = {one["external_id"]: one["text"] for one in rows(archive, "posts")}
        assert texts == {"1": "=SUM(A1) for everybody! Thank you @ana", "2": ""}
        said = {one["external_id"]: one for one in rows(archive, "messages")}
        assert (said["m1"]["text"], said["m1"]["author_id"]) == (None, "id-ana")
        assert said["f1"]["text"] == "Words on a Page"
        [line] = [
            line
            for line in csv.DictReader(io.StringIO(archive.read("csv/posts.csv").decode("utf-8-sig")))
            if line["external_id"] == "1"
        ]
        assert line["text"].startswith("'=SUM")
        whole = "".join(archive.read(name).decode() for name in archive.namelist())
    for hidden in ("matinee on Friday", "my own words", "Tom Brown", "x-secret", "whsec_", "practice alone"):
        assert hidden not in whole, hidden
    assert "well answered" in whole


def test_every_tenant_table_is_in_it_or_held_back_for_a_reason() -> None:
    every = {model for model in apps.get_models() if issubclass(model, OrganizationOwned)}
    assert {*parts.tenant_models(), *parts.HELD_BACK} == every
    names = [part.name for part in parts.parts()]
    assert len(names) == len(set(names))
    listed = (Path(__file__).parents[2] / "docs" / "export.md").read_text()
    assert [name for name in parts.NAMES.values() if f"`{name}`" not in listed] == []


def test_no_secret_column_leaves() -> None:
    columns = {column for part in parts.parts() for column in part.columns}
    assert {
        column for column in columns if "sealed" in column or "secret" in column or "nonce" in column
    } == set()
    assert "code" not in next(part for part in parts.parts() if part.name == "meetupguests").columns


def test_only_owners_ask_and_fetch_and_the_link_ends(cast: make.Cast) -> None:
    make.pulled(cast.theatre, make.post(1))
    owner = browser(cast.alice)
    assert owner.post(PAGE)["Location"].startswith(reverse("account_reauthenticate"))
    with scope([cast.theatre.pk]):
        assert not cast.theatre.takeaways.exists(), "an open session alone takes nothing away"
    assert sure(owner).post(PAGE)["Location"] == PAGE
    assert "being made" in owner.get(PAGE).content.decode()
    owner.post(PAGE)  # a second one waits for the first
    with scope([cast.theatre.pk]):
        job = cast.theatre.takeaways.get()
    now = timezone.now()
    work(now)
    fetch = f"{PAGE}{job.pk}/"
    place = files.path(now_at(job).file)
    assert browser(cast.alice).get(fetch)["Location"].startswith(reverse("account_reauthenticate"))
    answer: Any = owner.get(fetch)
    assert answer.status_code == 200
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None
    assert answer["Content-Disposition"].startswith('attachment; filename="theatre-')
    for user, status in ((cast.erin, 403), (cast.bob, 403), (cast.dave, 404)):
        assert browser(user).get(PAGE).status_code == browser(user).get(fetch).status_code == status
        assert browser(user).post(PAGE).status_code == status
    assert browser(cast.dave).get(f"/o/rival/settings/export/{job.pk}/").status_code == 404
    work(now + timedelta(days=7))
    assert now_at(job).state == Takeaway.State.GONE
    assert not place.exists()
    assert owner.get(fetch).status_code == 410
    with scope([cast.theatre.pk]):
        deeds = list(cast.theatre.auditevents.order_by("pk").values_list("action", flat=True))
    assert deeds == ["export_asked", "export_fetched"]


def test_a_new_file_takes_the_place_of_the_one_before(
    cast: make.Cast, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    first = ask(cast)
    work()
    assert len(list(folder.iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):
        second = ask(cast)
    assert now_at(first).state == Takeaway.State.GONE
    work()
    assert [path.name for path in folder.iterdir()] == [now_at(second).file]


def test_a_lease_that_ran_out_lets_another_worker_begin_again(cast: make.Cast, folder: Path) -> None:
    make.pulled(cast.theatre, make.post(1))
    job = ask(cast)
    first = making.claim(cast.theatre.pk, job.pk, now=NOW)
    assert first is not None
    assert making.claim(cast.theatre.pk, job.pk, now=NOW) is None
    later = NOW + timedelta(minutes=5)
    second = making.claim(cast.theatre.pk, job.pk, now=later)
    assert second is not None
    making.make(first, clock=lambda: NOW)  # it had only been slow; it notices and leaves nothing
    making.make(second, clock=lambda: later)
    assert [path.name for path in folder.iterdir()] == [now_at(job).file]
    assert now_at(job).state == Takeaway.State.READY


def test_what_keeps_failing_is_given_up(cast: make.Cast) -> None:
    job = ask(cast)
    for attempt in range(making.ATTEMPTS + 1):
        making.claim(cast.theatre.pk, job.pk, now=NOW + timedelta(hours=attempt))
    assert now_at(job).state == Takeaway.State.FAILED
    assert "could not be made" in browser(cast.alice).get(PAGE).content.decode()


def test_the_mail_waits_for_the_mail_server(cast: make.Cast, settings: Any) -> None:
    ask(cast)
    work()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert [pending_mails.send(pk, now=NOW) for pk in pending_mails.due(NOW)] == [False]
    assert pending_mails.due(NOW) == []
    later = NOW + timedelta(hours=1)
    with mail_server.running() as server:
        settings.EMAIL_PORT = server.port
        assert [pending_mails.send(pk, now=later) for pk in pending_mails.due(later)] == [True]
        [mail] = server.mails
    assert mail["Subject"] == "Everything Gull Theatre has here, as a file"
    assert PAGE in mail.get_body(("plain",)).get_content()
    assert pending_mails.due(later + timedelta(days=9)) == []


def test_memory_does_not_grow_with_the_organization(cast: make.Cast) -> None:
    account = make.connection(cast.theatre)
    told = {"organization": cast.theatre, "text": "x" * 2000, "surface": "timeline"}
    with scope([cast.theatre.pk]):
        Post.across_organizations.bulk_create(
            Post(**told, connection=account, external_id=str(n), created_at=NOW) for n in range(6_000)
        )
    ask(cast)
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000  # their texts alone are 12 MB
    assert Connection.across_organizations.count() == 0  # no scope is left open
