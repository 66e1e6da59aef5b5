"""A Page's own figures: asked once a day, unknown where Facebook does not tell, gone with the account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tenancy import scope
from coaching import disconnect, page_insights
from coaching.models import Connection, PageDay
from tests import make
from tests.coaching.network_cast import NOW, connected, on_facebook, refreshed
from tests.coaching.network_cast import facebook as facebook
from tests.networks.stand.facebook import Facebook, error
from tests.networks.stand.server import Reply

pytestmark = pytest.mark.django_db
PEOPLE = "page_total_media_view_unique"


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def figures(connection: Connection, *, now: Any = NOW) -> page_insights.Seen | None:
    with scope([connection.organization_id]):
        return page_insights.of(connection.organization, now=now).get(connection.pk)


def told(facebook: Facebook) -> Facebook:
    facebook.alive.add(PEOPLE)
    facebook.figures |= {
        PEOPLE: 1_240, "page_media_view": 100, "page_post_engagements": 3, "page_follows": 512,
    }  # fmt: skip
    return facebook


def asked(facebook: Facebook) -> int:
    return len([one for one in facebook.asked if one.path.endswith("/555/insights")])


def test_the_figures_of_28_days_are_read_once_a_day(cast: make.Cast, facebook: Facebook) -> None:
    connection = refreshed(on_facebook(cast.theatre, told(facebook)))
    seen = figures(connection)
    assert seen is not None
    assert (seen.people, seen.follows) == (1_240, 512)
    assert seen.days in (27, 28)
    assert (seen.views, seen.engagements) == (100 * seen.days, 3 * seen.days)
    assert asked(facebook) == 2
    assert connection.due_at is not None
    refreshed(connection, now=connection.due_at)
    assert asked(facebook) == 2
    facebook.figures["page_follows"] = 513
    tomorrow = NOW + timedelta(days=1)
    again = figures(refreshed(connection, now=tomorrow), now=tomorrow)
    assert again is not None
    assert again.follows == 513
    assert again.until == seen.until + timedelta(days=1)


def test_what_facebook_does_not_tell_is_unknown_and_not_nothing(cast: make.Cast, facebook: Facebook) -> None:
    facebook.figures["page_follows"] = 0
    facebook.alive -= {"page_media_view", "page_post_engagements"}
    seen = figures(refreshed(on_facebook(cast.theatre, facebook)))
    assert seen is not None
    assert (seen.people, seen.views, seen.engagements, seen.follows) == (None, None, None, 0)


def test_without_the_permission_nothing_is_asked(cast: make.Cast, facebook: Facebook) -> None:
    granted = ["pages_show_list", "pages_read_engagement", "pages_read_user_content"]
    connection = on_facebook(cast.theatre, told(facebook))
    with scope([cast.theatre.pk]):
        Connection.across_organizations.filter(pk=connection.pk).update(scopes=granted)
    refreshed(connection)
    assert asked(facebook) == 0
    assert figures(connection) is None


def test_a_closed_wall_of_visitors_does_not_keep_the_figures_away(
    cast: make.Cast, facebook: Facebook
) -> None:
    facebook.closed.add("visitor_posts")
    read = refreshed(on_facebook(cast.theatre, told(facebook)))
    assert (read.state, read.features_off) == (Connection.State.PERMISSION, ["visitors"])
    assert figures(read) is not None


@pytest.mark.parametrize("fault", [error(100), error(12)], ids=["unknown figures", "a code nobody knows"])
def test_odd_answers_about_figures_do_not_stop_the_reading(
    cast: make.Cast, facebook: Facebook, fault: Reply
) -> None:
    facebook.misbehave("/555/insights", *[fault] * 8)
    read = refreshed(on_facebook(cast.theatre, facebook))
    assert read.state == Connection.State.ACTIVE
    assert figures(read) is None


def test_owners_see_them_in_a_sentence_and_others_do_not(cast: make.Cast, facebook: Facebook) -> None:
    connection = refreshed(on_facebook(cast.theatre, told(facebook)))
    with scope([cast.theatre.pk]):
        # The page looks at the clock.
        PageDay.across_organizations.all().delete()
        PageDay.across_organizations.create(
            organization=cast.theatre, connection=connection, day=timezone.now().date(), views=2_800,
            follows=512, people_28=1_240,
        )  # fmt: skip
    client = Client()
    address = reverse("coaching:connections", args=["theatre"])
    client.force_login(cast.alice)
    page = client.get(address).content.decode()
    assert "Seen by about 1,240 people in 28 days, as Facebook counts." in page
    assert "2,800 views; 512 followers." in page
    assert "reactions, comments, shares" not in page
    client.force_login(cast.bob)
    assert "Seen by about" not in client.get(address).content.decode()


def test_they_go_with_the_account(cast: make.Cast, facebook: Facebook) -> None:
    connection = refreshed(on_facebook(cast.theatre, told(facebook)))
    other = connected(cast.theatre, network="facebook", external_id="9", handle="r", tokens={})
    with scope([cast.theatre.pk]):
        PageDay.across_organizations.create(
            organization=cast.theatre, connection=other, day=NOW.date(), follows=1
        )
    disconnect.erase(cast.theatre.pk, connection.pk)
    with scope([cast.theatre.pk]):
        assert [row.connection_id for row in PageDay.across_organizations.all()] == [other.pk]
