"""How long things are kept: an owner chooses, the daily round heeds it, and nothing comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tenancy import scope
from coaching import conversation_marks, digest, duties, pull, retention
from coaching.models import Connection, Draft, Message
from coaching.retention import Periods
from coaching.sending_time import last_whole_week
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/o/theatre/settings/retention/"
NOW = make.NOW


@pytest.fixture
def cast() -> make.Cast:
    made = make.cast()
    said = [
        make.message(n, f"Question {n}?", ago=timedelta(days=days))
        for n, days in ((1, 5), (2, 40), (3, 100), (4, 400))
    ]
    make.pulled(made.theatre, make.post(1), messages=said)
    return made


def choose(cast: make.Cast, **days: int) -> None:
    with scope([cast.theatre.pk]):
        wanted = replace(retention.of(cast.theatre), **days)
        retention.change(cast.theatre, wanted, by=cast.alice, now=NOW)


def swept(cast: make.Cast) -> dict[str, str]:
    """The messages after the daily round, by id."""
    duties.drop_old_texts(cast.theatre, now=NOW)
    with scope([cast.theatre.pk]):
        return dict(cast.theatre.messages.order_by("pk").values_list("external_id", "text"))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_texts_on_x_go_after_the_operators_limit_or_the_owners_shorter_one(
    cast: make.Cast, settings: Any
) -> None:
    assert swept(cast) == {"m1": "Question 1?", "m2": "Question 2?", "m3": "", "m4": ""}
    choose(cast, x_text_days=500)
    with scope([cast.theatre.pk]):
        assert retention.of(cast.theatre).x_text_days == 90, "never longer than the operator allows"
        cast.theatre.sweeps.all().delete()
    choose(cast, x_text_days=30)
    assert swept(cast) == {"m1": "Question 1?", "m2": "", "m3": "", "m4": ""}


def test_texts_on_facebook_stay_unless_an_owner_wants_otherwise(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        Connection.across_organizations.update(network="facebook")
    assert "" not in swept(cast).values()
    with scope([cast.theatre.pk]):
        cast.theatre.sweeps.all().delete()
    choose(cast, facebook_text_days=60)
    assert [text for text in swept(cast).values() if text] == ["Question 1?", "Question 2?"]


def test_whole_messages_go_figures_stay_and_no_pull_brings_them_back(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        old = Message.across_organizations.get(external_id="m4")
        conversation_marks.mark(old, "elsewhere", by=cast.erin, now=NOW)
        weeks = list(cast.theatre.answerweeks.order_by("monday").values_list("monday", "elsewhere"))
    choose(cast, message_days=180)
    assert set(swept(cast)) == {"m1", "m2", "m3"}
    with scope([cast.theatre.pk]):
        assert not cast.theatre.conversationmarks.exists()
        assert list(cast.theatre.answerweeks.order_by("monday").values_list("monday", "elsewhere")) == weeks
        assert cast.theatre.sweeps.get().removed == 1
        account = cast.theatre.connections.select_related("organization").get()
    again = make.message(4, "Question 4?", ago=timedelta(days=400))
    feed = make.Feed((), [again, make.message(5, "Now?")])
    from_pull(account, feed)
    with scope([cast.theatre.pk]):
        assert set(cast.theatre.messages.values_list("external_id", flat=True)) == {"m1", "m2", "m3", "m5"}


def from_pull(account: Connection, feed: make.Feed) -> None:
    account.cursor = None
    pull.pull(account, feed, now=NOW)


def test_drafts_and_digests_go_when_their_time_is_over(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        for days in (10, 300):
            Draft.across_organizations.create(
                organization=cast.theatre, network="twitter", text="x", created_at=NOW - timedelta(days=days)
            )
            week = last_whole_week(NOW - timedelta(days=days), cast.theatre.zone)
            digest.issue(cast.theatre, week=week, now=NOW)
    swept(cast)
    with scope([cast.theatre.pk]):
        assert (cast.theatre.drafts.count(), cast.theatre.digestissues.count()) == (2, 2)
        cast.theatre.sweeps.all().delete()
    choose(cast, draft_days=180, digest_days=180)
    swept(cast)
    with scope([cast.theatre.pk]):
        assert (cast.theatre.drafts.count(), cast.theatre.digestissues.count()) == (1, 1)


def test_owners_choose_on_the_page(cast: make.Cast, settings: Any) -> None:
    settings.OTHERS_TEXT_DAYS = 45
    owner = browser(cast.alice)
    page = owner.get(PAGE).content.decode()
    assert "45 days" in page
    assert owner.post(PAGE, {"x_text_days": "90"}).status_code == 422
    assert owner.post(PAGE, {"x_text_days": "14", "message_days": "180"}).status_code == 302
    with scope([cast.theatre.pk]):
        assert retention.of(cast.theatre) == Periods(14, None, 180, None, None)
    assert "14 days" in owner.get("/o/theatre/connections/duties/").content.decode()
    for user, status in ((cast.erin, 403), (cast.bob, 403), (cast.dave, 404)):
        assert browser(user).get(PAGE).status_code == status
        assert browser(user).post(PAGE, {"x_text_days": "7"}).status_code == status
