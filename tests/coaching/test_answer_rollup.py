"""The weeks of answers: counted once, the same when counted again, and changed by what comes late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import answer_rollup, conversation_marks, opening_times, pull
from coaching.judgement.answering import count_runs
from coaching.models import AnswerWeek, Connection, Message
from coaching.networks.contract import Batch, FeedMessage, FeedPost, Surface
from tests import make

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
QUESTION = "@gulltheatre what time does the matinee start on Saturday?"
Weeks = dict[date, tuple[tuple[float, ...], int, int]]


def asked(number: int, at: datetime, **fields: Any) -> FeedMessage:
    return make.message(number, QUESTION, who=f"who{number}", ago=make.NOW - at, **fields)


def answered(number: int, at: datetime, **fields: Any) -> FeedPost:
    values = {"parent_id": f"m{number}", "conversation_id": f"m{number}", "surface": Surface.REPLY, **fields}
    return make.post(number, "At half past two!", ago=make.NOW - at, **values)


class Steps:
    """A network that tells one batch after the other."""

    def __init__(self, *batches: Batch) -> None:
        self.told = batches

    def batches(self, cursor: Any, *, now: datetime) -> Any:
        """All of them."""
        return iter(self.told)


def bring(connection: Connection, *batches: Batch) -> None:
    pull.pull(connection, Steps(*batches), now=make.NOW)


def weeks(organization: Organization) -> Weeks:
    """Hours to the answers, how many were answered elsewhere and how many wait, by week."""
    with scope([organization.pk]):
        return {
            row.monday: (tuple(sorted(row.answer_hours)), row.elsewhere, len(row.waiting_since))
            for row in AnswerWeek.across_organizations.order_by("monday")
        }


def day(month: int, number: int, hour: float = 12) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC) + timedelta(hours=hour)


def test_a_late_answer_changes_the_week_in_which_somebody_asked() -> None:
    cast = make.cast()
    connection = make.connection(cast.theatre)
    bring(connection, Batch(messages=(asked(1, day(9, 9)), asked(2, day(9, 23)))))
    assert weeks(cast.theatre) == {date(2026, 9, 7): ((), 0, 1), date(2026, 9, 21): ((), 0, 1)}
    bring(connection, Batch(posts=(answered(1, day(9, 30)),)))
    assert weeks(cast.theatre) == {
        date(2026, 9, 7): ((21 * 24.0,), 0, 0),
        date(2026, 9, 21): ((), 0, 1),
    }


def test_the_same_again_or_in_another_order_gives_the_same_weeks() -> None:
    cast = make.cast()
    messages = [asked(n, day(9, n)) for n in range(1, 20)]
    posts = [answered(n, day(9, n, 12 + n)) for n in range(1, 20, 2)]
    there = make.connection(cast.theatre)
    bring(there, Batch(messages=tuple(messages)), Batch(posts=tuple(posts)))
    once = weeks(cast.theatre)
    assert sum(len(hours) for hours, _, _ in once.values()) == 10
    bring(there, Batch(posts=tuple(posts), messages=tuple(messages)))
    assert weeks(cast.theatre) == once
    other = make.connection(cast.rival)
    late = [Batch(posts=tuple(posts[::-1])), *(Batch(messages=(one,)) for one in messages[::-1])]
    bring(other, *late)
    assert weeks(cast.rival) == once
    with scope([cast.theatre.pk]):
        answer_rollup.count_answers(there, opening_times.working(cast.theatre).opening)
    assert weeks(cast.theatre) == once


def test_what_was_asked_before_what_we_know_moves_the_run_to_its_week() -> None:
    cast = make.cast()
    connection = make.connection(cast.theatre)
    bring(connection, Batch(messages=(asked(1, day(9, 23)),)))
    earlier = make.message(
        9, QUESTION, who="who1", ago=make.NOW - day(9, 16), conversation_id="m1", parent_id=None
    )
    bring(connection, Batch(messages=(earlier,)))
    assert weeks(cast.theatre) == {date(2026, 9, 14): ((), 0, 1)}


def test_what_is_removed_is_no_longer_counted() -> None:
    cast = make.cast()
    connection = make.connection(cast.theatre)
    bring(
        connection,
        Batch(posts=(answered(1, day(9, 24)),), messages=(asked(1, day(9, 23)), asked(2, day(9, 9)))),
    )
    bring(connection, Batch(removed=("1",)))
    assert weeks(cast.theatre)[date(2026, 9, 21)] == ((), 0, 1)
    bring(connection, Batch(removed=("m2",)))
    assert list(weeks(cast.theatre)) == [date(2026, 9, 21)]


def test_a_mark_is_counted_at_once_and_taken_back() -> None:
    cast = make.cast()
    bring(make.connection(cast.theatre), Batch(messages=(asked(1, day(9, 23)),)))
    with scope([cast.theatre.pk]):
        found = Message.across_organizations.select_related("connection__organization").get()
        for decision, expected in (
            ("elsewhere", {date(2026, 9, 21): ((), 1, 0)}),
            ("no_answer_needed", {date(2026, 9, 21): ((), 0, 0)}),
            ("undo", {date(2026, 9, 21): ((), 0, 1)}),
        ):
            conversation_marks.decide(found, decision, by=cast.erin, now=make.NOW)
            assert weeks(cast.theatre) == expected


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 3, 29, 23, 30, tzinfo=LONDON), date(2026, 3, 23)),  # the day the clocks go forward
        (datetime(2026, 3, 30, 0, 30, tzinfo=LONDON), date(2026, 3, 30)),
        (datetime(2025, 10, 26, 23, 30, tzinfo=LONDON), date(2025, 10, 20)),  # and back
        (datetime(2025, 10, 27, 0, 15, tzinfo=LONDON), date(2025, 10, 27)),
    ],
)
def test_weeks_begin_by_the_organizations_clock(moment: datetime, monday: date) -> None:
    cast = make.cast()
    bring(make.connection(cast.theatre), Batch(messages=(asked(1, moment),)))
    assert list(weeks(cast.theatre)) == [monday]


def test_one_weeks_count_looks_at_no_other_week(django_assert_num_queries: Any) -> None:
    cast = make.cast()
    connection = make.connection(cast.theatre)
    years = [asked(n, day(9, 9) - timedelta(weeks=n)) for n in range(1, 120)]
    bring(connection, Batch(messages=tuple(years)))
    with scope([cast.theatre.pk]):
        AnswerWeek.across_organizations.update(elsewhere=7)  # only rows that are counted anew lose this
    bring(connection, Batch(posts=(answered(3, day(9, 30)),)))
    changed = {monday for monday, (_, elsewhere, _) in weeks(cast.theatre).items() if elsewhere != 7}
    assert changed == {date(2026, 8, 17)}


def test_other_opening_times_count_everything_at_the_next_pull_even_if_no_worker_did() -> None:
    cast = make.cast()
    connection = make.connection(cast.theatre)
    bring(connection, Batch(posts=(answered(1, day(9, 24)),), messages=(asked(1, day(9, 23)),)))
    with scope([cast.theatre.pk]):
        opening_times.change(
            cast.theatre, hours=(((540, 1020),),) * 7, holidays=[], targets={}, by=None, now=make.NOW
        )
    bring(connection, Batch(messages=(asked(2, day(9, 9)),)))
    # 13 to 17 London time on the day it came, 9 to 13 on the next
    assert weeks(cast.theatre)[date(2026, 9, 21)] == ((8.0,), 0, 0)


def test_the_weeks_hold_what_the_whole_history_says() -> None:
    cast = make.cast()
    connection = make.connection(cast.theatre)
    for n in range(1, 40):
        step = [asked(n, day(8, 1) + timedelta(hours=31 * n), conversation_id=f"t{n % 7}")]
        reply = answered(n, day(8, 1) + timedelta(hours=31 * n + 40), conversation_id=f"t{n % 7}")
        bring(connection, Batch(posts=(reply,) if n % 3 else (), messages=tuple(step)))
    with scope([cast.theatre.pk]):
        opening = opening_times.working(cast.theatre).opening
        whole = count_runs(answer_rollup.runs_of_weeks(connection, None), opening)
        rows = list(AnswerWeek.across_organizations.all())
    assert sorted(hours for row in rows for hours in row.answer_hours) == sorted(whole.answer_hours)
    assert sorted(since for row in rows for since in row.waiting_since) == sorted(whole.waiting_since)
    assert len(whole.answer_hours) > 10
    assert whole.waiting_since
