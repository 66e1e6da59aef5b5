"""While posts are on their way in: how far, how long still, and a first look before all is judged."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import import_progress, importing, pull
from coaching.models import Connection, Import
from tests import make
from tests.coaching.network_cast import connected
from tests.networks.archive_makers import make_x_archive, reply, tweet

pytestmark = pytest.mark.django_db
NOW = make.NOW
DASHBOARD, FRAGMENT = "/o/theatre/", "/o/theatre/arriving/"


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> make.Cast:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return make.cast()


def bob(cast: make.Cast) -> Client:
    """The browser of somebody who looks."""
    client = Client()
    client.force_login(cast.bob)
    return client


def uploaded(cast: make.Cast, path: Path, posts: int, thanks: int) -> Import:
    """An archive with news in spring and thanks in summer, waiting to be read."""
    news = [tweet(str(n), f"We announce part {n} of our season.") for n in range(posts)]
    for n, one in enumerate(news):
        one["created_at"] = f"Tue Mar {1 + n % 28:02} 10:00:00 +0000 2026"
    later = "Tue Jun 09 10:00:00 +0000 2026"
    said = [reply(str(1000 + n), f"@ana Thank you so much for coming! ({n})", to_id="5", to_handle="ana")
            for n in range(thanks)]  # fmt: skip
    for one in said:
        one["created_at"] = later
    made = make_x_archive(path / "twitter.zip", news + said)
    with scope([cast.theatre.pk]):
        return importing.start(cast.theatre, filename="twitter.zip", chunks=[made.read_bytes()], by=cast.erin)


def run(cast: make.Cast, job: Import, look: Any) -> None:
    """Imports it; `look` is called whenever the worker says how far it is."""
    claimed = importing.claim(cast.theatre.pk, job.pk, now=NOW)
    assert claimed is not None

    def clock() -> datetime:
        look()
        return NOW

    importing.run(claimed, clock=clock)


def test_the_newest_fifty_posts_are_told_before_the_rest(cast: make.Cast, tmp_path: Path) -> None:
    client, seen = bob(cast), []
    job = uploaded(cast, tmp_path, posts=60, thanks=25)
    run(cast, job, lambda: seen.append(client.get(DASHBOARD).content.decode()))
    assert "We are reading what you posted." in seen[0]
    assert "newest posts talk with people" not in seen[0]
    told = [page for page in seen if "newest posts talk with people" in page]
    assert "<strong>About half</strong> of your 50 newest posts" in told[0]
    assert "likely between 37% and 63%" in told[0]
    assert 'hx-get="/o/theatre/arriving/"' in told[0]
    assert "We are reading" not in client.get(DASHBOARD).content.decode()


def test_fewer_than_fifty_say_nothing_early(cast: make.Cast, tmp_path: Path) -> None:
    job = uploaded(cast, tmp_path, posts=20, thanks=20)
    run(cast, job, lambda: None)
    with scope([cast.theatre.pk]):
        assert Import.across_organizations.get(pk=job.pk).first_look is None


@pytest.mark.parametrize(
    ("stage", "done", "seconds", "minutes"),
    [
        ("reading", 10, 60, None),  # 3%: a guess
        ("reading", 90, 2, None),  # two seconds: a guess
        ("reading", 60, 10, 1),  # 15% in ten seconds
        ("judging", 100, 51, 0),  # 85%: nine seconds left
        ("judging", 0, 120, 6),  # 25% in two minutes
    ],
)
def test_how_long_it_will_take(
    cast: make.Cast, stage: str, done: int, seconds: int, minutes: int | None
) -> None:
    job = Import(
        organization=cast.theatre, state="running", stage=stage, done=done, expected=100, started_at=NOW
    )
    assert import_progress.of(job, now=NOW + timedelta(seconds=seconds)).minutes_left == minutes
    job.state = "waiting"
    assert import_progress.of(job, now=NOW + timedelta(seconds=seconds)).minutes_left is None


def first_reading(organization: Organization) -> Connection:
    """A handle that has just been connected."""
    return connected(
        organization, network="twitter", external_id="1", handle="gulltheatre", name="Gull Theatre",
        tokens={"access": "t"}, caught_up_at=None, due_at=NOW,
    )  # fmt: skip


def test_the_first_reading_of_an_account_shows_what_is_here(cast: make.Cast) -> None:
    client = bob(cast)
    connection = first_reading(cast.theatre)
    empty = client.get(DASHBOARD).content.decode()
    assert "We are reading Gull Theatre on X for the first time" in empty
    assert "0 posts so far" in empty
    pull.pull(connection, make.Feed([make.post(n) for n in range(1, 61)]), now=NOW)
    page = client.get(FRAGMENT)
    assert page.status_code == 200
    assert "60 posts so far" in page.content.decode()
    assert "Count what is here so far" in page.content.decode()
    with scope([cast.theatre.pk]):
        Connection.across_organizations.filter(pk=connection.pk).update(caught_up_at=NOW)
    ended = client.get(FRAGMENT)
    assert ended.status_code == 286
    assert "Everything is read." in ended.content.decode()


def test_a_new_organization_chooses_how_to_start(cast: make.Cast, settings: Any) -> None:
    settings.DEMO_ORGANIZATION = "rival"
    Organization.objects.filter(pk=cast.rival.pk).update(sample=True)
    client = Client()
    client.force_login(cast.erin)
    page = client.get(reverse("coaching:connections", args=["theatre"])).content.decode()
    for words in ("Upload an archive", "Connect an account", "Look around first", "What happens next"):
        assert words in page
    assert 'href="/o/rival/"' in page
    settings.DEMO_ORGANIZATION = ""
    assert "Look around" not in client.get("/o/theatre/connections/").content.decode()
