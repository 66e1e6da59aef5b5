"""What reading X costs: counted as it is billed, and stopped before a limit is passed."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from decimal import Decimal

import pytest

from coaching.networks.contract import Batch, Refused, TryLater
from coaching.networks.twitter_api import XApp
from coaching.networks.twitter_budget import Bill, Meter, Prices

from .conftest import NOW
from .stand.x import X
from .test_twitter import for_each, posts_of, reader


def test_what_is_read_is_counted_as_it_is_billed(x: X, x_app: XApp) -> None:
    asked = x.write("2002", "@HarbourTheatre a lift?", at=NOW - timedelta(minutes=9))
    x.write("2002", "@HarbourTheatre hello?", at=NOW - timedelta(minutes=8))
    x.write("1001", "@ana yes", at=NOW - timedelta(minutes=7), answers=asked)
    mine = reader(x, x_app)

    batches = list(mine.batches(None, now=NOW))

    # The search of the conversation brings both messages once more, on the same day: not billed again.
    assert mine.meter.bill == Bill(own_posts=1, posts=2, users=1)
    assert sum(batch.reads for batch in batches) == mine.meter.bill.reads == 4
    assert mine.meter.bill.dollars(Prices()) == Decimal("0.025")
    assert mine.meter.bill.dollars(Prices(), owns_app=True) == Decimal("0.021")


@pytest.mark.parametrize("allowed", [5, 6, 23, 60])
def test_reading_stops_before_the_budget_is_passed(x: X, x_app: XApp, allowed: int) -> None:
    for n in range(80):
        x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=200 - n))
        x.write("2002", f"@HarbourTheatre {n}", at=NOW - timedelta(minutes=200 - n))
    mine = reader(x, x_app, reads_allowed=allowed)
    got: list[Batch] = []

    with pytest.raises(Refused) as refused:
        got.extend(mine.batches(None, now=NOW))

    assert refused.value.reason == "budget"
    assert x.billed <= allowed
    assert mine.meter.bill.reads == x.billed


def test_a_budget_in_dollars_is_kept_too(x: X, x_app: XApp) -> None:
    for n in range(80):
        x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=200 - n))
    mine = reader(x, x_app, meter=Meter(dollars=Decimal("0.20")))
    with pytest.raises(Refused) as refused:
        list(mine.batches(None, now=NOW))
    assert refused.value.reason == "budget"
    assert Decimal("0.15") < mine.meter.bill.dollars(Prices()) <= Decimal("0.20")


def test_what_the_budget_stopped_is_read_later_without_loss(x: X, x_app: XApp) -> None:
    written = {x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=200 - n)) for n in range(30)}
    cursor = None
    found: list[str] = []
    for _ in range(4):
        with contextlib.suppress(Refused):
            for batch in reader(x, x_app, reads_allowed=12).batches(cursor, now=NOW):
                found += [one.external_id for one in batch.posts]
                cursor = batch.cursor
    assert sorted(found) == sorted(written)


def test_what_was_paid_for_is_not_read_again_after_months(x: X, x_app: XApp) -> None:
    written = {x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=200 - n)) for n in range(30)}
    x.page_size = 5
    stored: list[Batch] = []
    with pytest.raises(Refused):
        for_each(reader(x, x_app, reads_allowed=12).batches(None, now=NOW), stored)
    x.tokens_are_stale = True
    later = x.write("1001", "Meanwhile", at=NOW)
    with pytest.raises(TryLater):
        # The page after the stale one has a token of its own, which this X takes no more either.
        for_each(reader(x, x_app, reads_allowed=50).batches(stored[-1].cursor, now=NOW), stored)
    x.tokens_are_stale = False
    for_each(reader(x, x_app).batches(stored[-1].cursor, now=NOW), stored)
    found = [one.external_id for one in posts_of(stored)]
    assert sorted(found) == sorted(written)
    assert x.billed == len(written)
    for_each(reader(x, x_app).batches(stored[-1].cursor, now=NOW), stored)
    assert posts_of(stored)[-1].external_id == later


def test_a_thing_read_twice_in_a_day_is_billed_once_and_again_the_next_day() -> None:
    meter = Meter()
    assert meter.count(NOW, posts=["1", "2"], users=["1"]) == 3
    assert meter.count(NOW + timedelta(hours=11), posts=["1", "2", "3"], users=["1"]) == 1
    assert meter.count(NOW + timedelta(hours=12), posts=["1"]) == 1
    assert meter.bill == Bill(posts=4, users=1)


def test_without_a_limit_there_is_always_room() -> None:
    assert Meter().room(least=5, most=100, with_authors=True) == 100


def test_nothing_left_is_no_room() -> None:
    with pytest.raises(Refused):
        Meter(reads=0).room(least=1, most=100, with_authors=False)
    with pytest.raises(Refused):
        Meter(dollars=Decimal(0)).room(least=1, most=100, with_authors=False)
