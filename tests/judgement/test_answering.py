"""Runs, who waits, and how long: each border written out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.judgement import answering
from coaching.judgement.answering import Intent, Mark, RunCounts, State, Turn, count_runs, runs, sum_runs
from coaching.judgement.intervals import Median, NotKnown, TooFew
from coaching.judgement.opening import Opening, hours_between, weekdays

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday
ROUND_THE_CLOCK = Opening(BERLIN)
NINE_TO_FIVE = weekdays(BERLIN, "9:00", "17:00")


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def says(id, hours, who="ana", intent=Intent.QUESTION, thread="t", **rest) -> Turn:
    return Turn(id, thread, at(hours), who, intent=intent, **rest)


def we(id, hours, to=(), thread="t", **rest) -> Turn:
    return Turn(id, thread, at(hours), None, to=to, **rest)


def test_three_messages_in_a_row_are_one_run_and_want_one_answer() -> None:
    (run,) = runs([says(1, 0), says(2, 1), says(3, 2), we(4, 3)])
    assert (run.messages, run.state, run.answered_at, run.answer) == ((1, 2, 3), State.ANSWERED, at(3), 4)


def test_after_our_answer_a_new_run_begins() -> None:
    first, second = runs([says(1, 0), we(2, 1), says(3, 2)])
    assert (first.state, second.state) == (State.ANSWERED, State.WAITING)


def test_answering_ana_leaves_bob_waiting() -> None:
    found = {run.person: run.state for run in runs([says(1, 0), says(2, 0, "bob"), we(3, 1, to=("ana",))])}
    assert found == {"ana": State.ANSWERED, "bob": State.WAITING}


def test_the_message_that_is_answered_tells_whom_we_answer() -> None:
    # the network names her by handle here and by id there
    turns = [says(1, 0), says(2, 0, "bob"), we(3, 1, to=("@ana",), answers=1)]
    assert {run.person: run.state for run in runs(turns)} == {"ana": State.ANSWERED, "bob": State.WAITING}


def test_words_to_somebody_else_answer_nobody_who_waits() -> None:
    assert runs([says(1, 0), we(2, 1, to=("zoe",))])[0].state is State.WAITING


def test_where_the_network_does_not_tell_whom_we_answer_all_in_the_thread_are_answered() -> None:
    found = runs([says(1, 0), says(2, 0, "bob"), we(3, 1)])
    assert {run.state for run in found} == {State.ANSWERED}


def test_a_thread_to_ourselves_answers_nobody() -> None:
    (run,) = runs([says(1, 0), we(2, 1, own_thread=True)])
    assert run.state is State.WAITING


def test_another_thread_is_another_conversation() -> None:
    (run,) = runs([says(1, 0), we(2, 1, thread="elsewhere")])
    assert run.state is State.WAITING


def test_the_clock_starts_at_the_first_message_that_wants_an_answer() -> None:
    (run,) = runs([says(1, 0, intent=Intent.PRAISE), says(2, 5), we(3, 6)])
    assert (run.arrived_at, run.intent) == (at(5), Intent.QUESTION)
    assert count_runs([run], ROUND_THE_CLOCK).answer_hours == (1.0,)


@pytest.mark.parametrize(
    ("intent", "wants"),
    [
        (Intent.QUESTION, True),
        (Intent.COMPLAINT, True),
        (Intent.REQUEST, True),
        (Intent.THANKS, False),
        (Intent.PRAISE, False),
        (Intent.OTHER, False),
        (None, False),
    ],
)
def test_which_runs_want_an_answer(intent, wants) -> None:
    (run,) = runs([says(1, 0, intent=intent)])
    assert run.wants_answer is wants
    assert len(count_runs([run], ROUND_THE_CLOCK).waiting_since) == wants


def test_what_staff_marked_settles_the_run_up_to_there() -> None:
    found = runs([says(1, 0, mark=Mark.ELSEWHERE), says(2, 1, mark=Mark.NO_ANSWER_NEEDED), says(3, 2)])
    assert [run.state for run in found] == [State.ELSEWHERE, State.NO_ANSWER_NEEDED, State.WAITING]
    assert count_runs(found, ROUND_THE_CLOCK) == RunCounts((), 1, (at(2),))


def test_words_of_the_same_moment_count_as_said_before_our_answer() -> None:
    (run,) = runs([we(2, 0), says(1, 0)])
    assert run.state is State.ANSWERED


def test_the_order_in_which_turns_come_in_does_not_matter() -> None:
    turns = [says(1, 0), we(2, 1), says(3, 2), says(4, 3, "bob"), we(5, 4, to=("bob",))]
    assert runs(turns) == runs(reversed(turns))


def counts(answered=(), elsewhere=0, waiting_days=()) -> RunCounts:
    return RunCounts(tuple(answered), elsewhere, tuple(NOON - timedelta(days=days) for days in waiting_days))


def test_younger_than_seven_days_is_still_open_and_counts_only_once_answered() -> None:
    week = counts(answered=[1] * 4, waiting_days=[7, 6.99, 0])
    assert answering.still_open(week, NOON) == 2
    rate = answering.answer_rate(week, NOON)
    assert (rate.k, rate.n) == (4, 5)


def test_answered_elsewhere_counts_as_answered_without_a_time() -> None:
    week = counts(answered=[2] * 5, elsewhere=5)
    assert answering.answer_rate(week, NOON).value == 1
    assert answering.first_answer_time(week, NOON).n == 5


def test_an_unanswered_run_counts_as_infinite() -> None:
    assert answering.first_answer_time(counts([1, 2, 3], waiting_days=[8, 9]), NOON) == Median(3, 1, None, 5)
    assert answering.first_answer_time(counts([1, 2], waiting_days=[8, 9, 10]), NOON).value is None


def test_the_share_within_the_target_takes_the_border_in_and_the_unanswered_as_late() -> None:
    figure = answering.within_target(counts([1, 4, 4.01], waiting_days=[8, 9, 1]), NOON, 4)
    assert (figure.k, figure.n) == (2, 5)


def test_the_distribution_and_its_borders() -> None:
    week = counts([0, 0.99, 1, 3.99, 4, 7.99, 8, 23.99, 24, 500], elsewhere=1, waiting_days=[8, 1])
    assert answering.answer_distribution(week, NOON) == answering.Distribution((2, 2, 2, 2, 2), 1, 1, 1)


def test_four_runs_are_too_few() -> None:
    assert answering.answer_rate(counts([1] * 4), NOON) == TooFew(4, 5)
    assert answering.first_answer_time(counts([1] * 4, elsewhere=9), NOON) == TooFew(4, 5)


def test_an_archive_knows_nothing_about_answers() -> None:
    assert sum_runs([None, None]) is None
    for figure in (
        answering.still_open(None, NOON),
        answering.answer_rate(None, NOON),
        answering.first_answer_time(None, NOON),
        answering.within_target(None, NOON, 4),
        answering.answer_distribution(None, NOON),
    ):
        assert figure == NotKnown("archive")


def test_weeks_add_up_to_the_period() -> None:
    parts = [counts([1], 1, [8]), None, counts([2, 3], 0, [1])]
    assert sum_runs(parts) == counts([1, 2, 3], 1, [8, 1])


def test_the_most_urgent_first() -> None:
    found = runs(
        [
            says(1, -1, "ana", Intent.THANKS, "a"),
            says(2, -2, "bob", Intent.QUESTION, "b"),
            says(3, -5, "cai", Intent.QUESTION, "c"),
            says(4, -1, "dan", Intent.COMPLAINT, "d"),
            says(5, -24 * 8, "eva", Intent.COMPLAINT, "e"),
            says(6, -9, "fay", Intent.COMPLAINT, "f"),
            we(7, -8, thread="f"),
        ]
    )
    assert [run.person for run in answering.most_urgent(found, NOON)] == ["dan", "cai", "bob", "ana", "eva"]


def berlin(*moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=BERLIN, fold=fold)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (berlin(2026, 6, 1, 10), berlin(2026, 6, 1, 12), 2),
        (
            berlin(2026, 6, 1, 0),
            berlin(2026, 6, 1, 9, 10),
            1 / 6,
        ),  # asked at midnight, answered ten past nine
        (berlin(2026, 6, 1, 16), berlin(2026, 6, 2, 10), 2),  # over night
        (berlin(2026, 6, 5, 16), berlin(2026, 6, 8, 10), 2),  # over the weekend
        (berlin(2026, 6, 6, 10), berlin(2026, 6, 7, 10), 0),  # all on the weekend
        (berlin(2026, 6, 1, 17), berlin(2026, 6, 2, 9), 0),
        (berlin(2026, 6, 2, 9), berlin(2026, 6, 1, 9), 0),  # never negative
    ],
)
def test_office_hours_between(start, end, hours) -> None:
    assert hours_between(NINE_TO_FIVE, start, end) == pytest.approx(hours)


def test_a_holiday_is_no_office_day() -> None:
    closed = weekdays(BERLIN, "9:00", "17:00", frozenset({date(2026, 6, 2)}))
    assert hours_between(closed, berlin(2026, 6, 1, 16), berlin(2026, 6, 3, 10)) == 2


def test_without_office_hours_every_hour_counts() -> None:
    assert hours_between(ROUND_THE_CLOCK, berlin(2026, 6, 6, 0), berlin(2026, 6, 7, 0)) == 24
    assert hours_between(Opening(BERLIN, ((),) * 7), berlin(2026, 6, 6, 0), berlin(2026, 6, 7, 0)) == 24


@pytest.mark.parametrize(
    ("day", "span", "hours"),
    [
        ((2026, 3, 29), (0, 1440), 23),  # the clocks go forward at 2
        ((2026, 10, 25), (0, 1440), 25),  # and back at 3
        ((2026, 3, 29), (150, 240), 1),  # 2:30 does not exist: from the jump to 4:00
        ((2026, 3, 29), (60, 150), 1),  # closes at 2:30, which does not exist
        ((2026, 3, 29), (130, 170), 0),  # wholly in the hour that is skipped
        ((2026, 10, 25), (120, 180), 2),  # the hour that happens twice
        ((2026, 10, 25), (120, 150), 1.5),  # closes at the second half past two
    ],
)
def test_the_day_the_clocks_change(day, span, hours) -> None:
    opening = Opening(BERLIN, ((),) * 6 + ((span,),))
    start = berlin(*day) - timedelta(hours=12)
    assert hours_between(opening, start, start + timedelta(days=2)) == pytest.approx(hours)


def test_a_bar_that_closes_after_midnight() -> None:
    bar = Opening(BERLIN, ((),) * 4 + (((20 * 60, 26 * 60),),) + ((),) * 2)  # Fridays 20:00 to 2:00
    assert hours_between(bar, berlin(2026, 6, 6, 0, 30), berlin(2026, 6, 6, 12)) == 1.5


def test_spans_that_overlap_count_once() -> None:
    twice = Opening(BERLIN, (((540, 720), (660, 780)),) + ((),) * 6)
    assert hours_between(twice, berlin(2026, 6, 1, 0), berlin(2026, 6, 2, 0)) == 4


@pytest.mark.parametrize("span", [(600, 600), (700, 600), (1440, 1500), (0, 1441), (-1, 5)])
def test_a_span_that_cannot_be(span) -> None:
    with pytest.raises(ValueError, match="no span"):
        Opening(BERLIN, ((span,),) + ((),) * 6)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(moments, min_size=3, max_size=3))
def test_office_hours_add_up_and_never_pass_the_clock(three) -> None:
    first, second, third = sorted(three)
    whole = hours_between(NINE_TO_FIVE, first, third)
    parts = sum(hours_between(NINE_TO_FIVE, *pair) for pair in pairwise((first, second, third)))
    assert whole == pytest.approx(parts)
    assert 0 <= whole <= (third - first).total_seconds() / 3600 + 1e-9


people = st.sampled_from(["ana", "bob", None])
turns = st.lists(st.tuples(people, st.integers(0, 50), st.sampled_from(["t", "u"])), max_size=25)


@given(turns)
def test_every_message_is_in_exactly_one_run(said) -> None:
    spoken = [
        Turn(number, thread, at(hour), who, intent=Intent.QUESTION if who else None)
        for number, (who, hour, thread) in enumerate(said)
    ]
    in_runs = [message for run in runs(spoken) for message in run.messages]
    assert sorted(in_runs) == [turn.id for turn in spoken if turn.author]
    assert all(run.answered_at is None or run.answered_at >= run.arrived_at for run in runs(spoken))
