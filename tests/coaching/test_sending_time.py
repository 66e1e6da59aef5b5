"""When a digest is due: a year of Mondays in zones with odd clocks, and readers who move about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coaching.sending_time import WEEK, due_at, last_whole_week

LONDON = ZoneInfo("Europe/London")
ZONES = ("America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe")
YEAR = [date(2026, 1, 5) + WEEK * n for n in range(52)]


@pytest.mark.parametrize("name", ZONES)
def test_every_monday_of_a_year_at_eight_by_the_readers_clock(name: str) -> None:
    zone = ZoneInfo(name)
    for week in YEAR:
        local = due_at(week, day=0, hour=8, reader=zone, organization=zone).astimezone(zone)
        assert (local.date(), local.hour, local.minute) == (week + WEEK, 8, 0)


def test_both_changes_of_the_clock_are_met() -> None:
    for name in ZONES:
        zone = ZoneInfo(name)
        offsets = {
            due_at(w, day=0, hour=8, reader=zone, organization=zone).astimezone(zone).utcoffset()
            for w in YEAR
        }
        assert len(offsets) == (1 if name == "Asia/Kathmandu" else 2)


def test_an_hour_that_the_clock_skips_is_the_one_after_and_one_that_comes_twice_the_first() -> None:
    skipped = due_at(date(2026, 3, 16), day=6, hour=1, reader=LONDON, organization=LONDON)
    assert skipped == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert skipped.astimezone(LONDON).hour == 2
    twice = due_at(date(2026, 10, 12), day=6, hour=1, reader=LONDON, organization=LONDON)
    assert twice == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_east_of_the_organization_it_waits_until_the_week_is_over_there() -> None:
    west, east = ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Auckland")
    due = due_at(date(2026, 6, 1), day=0, hour=8, reader=east, organization=west)
    assert due.astimezone(west) == datetime(2026, 6, 8, tzinfo=west)
    assert last_whole_week(due, west) == date(2026, 6, 1)
    assert last_whole_week(due - timedelta(seconds=1), west) == date(2026, 5, 25)
