"""How an account answers: runs of what people wrote until we spoke, and what became of each.

Everything here is by people, not by messages: three messages in a row from Ana are one run and want one
answer.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coaching.judgement.intervals import Median, NotKnown, Share, TooFew, median, share
from coaching.judgement.opening import Opening, hours_between

PATIENCE = timedelta(days=7)
"""A younger run that waits is still open and not yet held against anybody."""
ENOUGH_RUNS = 5
BUCKETS: tuple[tuple[float, float], ...] = ((0, 1), (1, 4), (4, 8), (8, 24), (24, math.inf))
"""Hours from (inclusive) to (exclusive)."""


class Intent(StrEnum):
    """What somebody wants with a message."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    REQUEST = "request"
    THANKS = "thanks"
    PRAISE = "praise"
    OTHER = "other"


WANTS_ANSWER = frozenset({Intent.QUESTION, Intent.COMPLAINT, Intent.REQUEST})


class Mark(StrEnum):
    """What staff said about a message; it settles the run up to and including that message."""

    ELSEWHERE = "elsewhere"
    NO_ANSWER_NEEDED = "no_answer_needed"


class State(StrEnum):
    """What became of a run."""

    ANSWERED = "answered"
    ELSEWHERE = "elsewhere"
    NO_ANSWER_NEEDED = "no_answer_needed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said in a thread, by us (`author` None) or by a person (any stable key).

    `to` are the people our words answer or mention and `answers` the id of the message they answer, as far
    as the network tells (neither: they answer everybody who waits in the thread). `own_thread` is an answer
    to our own post, which never counts as answering somebody. `intent` and `mark` belong to other people's
    messages.
    """

    id: int | str
    thread: int | str
    at: datetime
    author: int | str | None
    to: tuple[int | str, ...] = ()
    answers: int | str | None = None
    own_thread: bool = False
    intent: Intent | None = None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What one person wrote in one thread until we spoke to them.

    `arrived_at` is the first message that wants an answer, or the first one where none does; `intent` is
    that message's; `messages` are ids, oldest first; `answered_at` and `answer` only when answered here.
    """

    thread: int | str
    person: int | str
    messages: tuple[int | str, ...]
    arrived_at: datetime
    intent: Intent | None
    state: State
    answered_at: datetime | None = None
    answer: int | str | None = None

    @property
    def wants_answer(self) -> bool:
        """Whether somebody hoped for an answer: a question, a complaint or a request."""
        return self.intent in WANTS_ANSWER


def runs(turns: Iterable[Turn]) -> tuple[Run, ...]:
    """Everything people wrote to us, put together into runs, by time of arrival.

    Our words settle the runs of the people they answer or mention; where the network does not tell whom
    they answer, all that wait in the thread. At the same moment a message counts as before our words.
    """
    threads: dict[int | str, list[Turn]] = defaultdict(list)
    for turn in turns:
        threads[turn.thread].append(turn)
    found = [run for thread in threads.values() for run in _runs_of_thread(thread)]
    return tuple(sorted(found, key=lambda run: (run.arrived_at, str(run.messages[0]))))


def _runs_of_thread(turns: list[Turn]) -> list[Run]:
    waiting: dict[int | str, list[Turn]] = {}
    done: list[Run] = []
    authors = {turn.id: turn.author for turn in turns if turn.author is not None}
    for turn in sorted(turns, key=lambda turn: (turn.at, turn.author is None)):
        if turn.author is not None:
            waiting.setdefault(turn.author, []).append(turn)
            if turn.mark is not None:
                done.append(_run(waiting.pop(turn.author), State(turn.mark.value)))
        elif not turn.own_thread:
            told = {*turn.to} | ({authors[turn.answers]} if turn.answers in authors else set())
            for person in [person for person in waiting if person in told or not told]:
                done.append(_run(waiting.pop(person), State.ANSWERED, turn))
    return done + [_run(messages, State.WAITING) for messages in waiting.values()]


def _run(messages: list[Turn], state: State, answer: Turn | None = None) -> Run:
    asked = next((turn for turn in messages if turn.intent in WANTS_ANSWER), messages[0])
    return Run(
        thread=asked.thread,
        person=asked.author if asked.author is not None else "",
        messages=tuple(turn.id for turn in messages),
        arrived_at=asked.at,
        intent=asked.intent,
        state=state,
        answered_at=answer.at if answer else None,
        answer=answer.id if answer else None,
    )


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Runs that want an answer, counted so that weeks can be added up.

    `answer_hours` are office hours (clock hours where none are set) to the first answer of each answered
    run; `waiting_since` the arrival of each run without one; `elsewhere` were answered where we cannot see.
    """

    answer_hours: tuple[float, ...] = ()
    elsewhere: int = 0
    waiting_since: tuple[datetime, ...] = ()

    def __add__(self, other: RunCounts) -> RunCounts:
        return RunCounts(
            self.answer_hours + other.answer_hours,
            self.elsewhere + other.elsewhere,
            self.waiting_since + other.waiting_since,
        )


def count_runs(found: Iterable[Run], opening: Opening) -> RunCounts:
    """The runs that want an answer, as counts; runs marked "needs no answer" are left out."""
    hours, elsewhere, waiting = [], 0, []
    for run in found:
        if not run.wants_answer:
            continue
        if run.state is State.ANSWERED and run.answered_at is not None:
            hours.append(hours_between(opening, run.arrived_at, run.answered_at))
        elif run.state is State.ELSEWHERE:
            elsewhere += 1
        elif run.state is State.WAITING:
            waiting.append(run.arrived_at)
    return RunCounts(tuple(hours), elsewhere, tuple(waiting))


def sum_runs(weeks: Iterable[RunCounts | None]) -> RunCounts | None:
    """Weeks added up; None where no week tells anything (an archive holds no messages)."""
    known = [week for week in weeks if week is not None]
    if not known:
        return None
    # one flat pass: adding tuples pairwise would be quadratic over years
    return RunCounts(
        tuple(hours for week in known for hours in week.answer_hours),
        sum(week.elsewhere for week in known),
        tuple(since for week in known for since in week.waiting_since),
    )


def still_open(counts: RunCounts | None, now: datetime) -> int | NotKnown:
    """People who wait for an answer, but for less than seven days."""
    if counts is None:
        return NotKnown("archive")
    return sum(now - since < PATIENCE for since in counts.waiting_since)


def _unanswered(counts: RunCounts, now: datetime) -> int:
    return sum(now - since >= PATIENCE for since in counts.waiting_since)


def answer_rate(counts: RunCounts | None, now: datetime) -> Share | TooFew | NotKnown:
    """How many of the people who wanted an answer got one.

    answered ÷ (runs that want an answer), by the time of arrival; 0–1. Runs younger than 7 days count only
    once answered; answered elsewhere counts; "needs no answer" does not. At least 5 runs.
    Source: "service level" as Fanpage Karma counts it, but by runs and without likes.
    """
    if counts is None:
        return NotKnown("archive")
    answered = len(counts.answer_hours) + counts.elsewhere
    return share(answered, answered + _unanswered(counts, now), needed=ENOUGH_RUNS)


def first_answer_time(counts: RunCounts | None, now: datetime) -> Median | TooFew | NotKnown:
    """How long people usually wait for the first answer.

    The median in office hours (clock hours where none are set) over all closed runs: answered here, or
    unanswered for 7 days, which count as infinite; a value of None says that more than half got no answer.
    Answered elsewhere has no time and is left out. At least 5 runs. Never a mean, which outliers rule.
    """
    if counts is None:
        return NotKnown("archive")
    never = (math.inf,) * _unanswered(counts, now)
    return median((*counts.answer_hours, *never), needed=ENOUGH_RUNS)


def within_target(counts: RunCounts | None, now: datetime, target_hours: float) -> Share | TooFew | NotKnown:
    """How many got their first answer within the time the organization has set itself.

    answered in at most `target_hours` (office hours) ÷ closed runs with a known time; unanswered ones are
    not within. At least 5 runs.
    """
    if counts is None:
        return NotKnown("archive")
    in_time = sum(hours <= target_hours for hours in counts.answer_hours)
    return share(in_time, len(counts.answer_hours) + _unanswered(counts, now), needed=ENOUGH_RUNS)


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many first answers came within 0–1, 1–4, 4–8, 8–24 and 24+ hours, and how many not (yet)."""

    buckets: tuple[int, int, int, int, int]
    elsewhere: int
    never: int
    still_open: int


def answer_distribution(counts: RunCounts | None, now: datetime) -> Distribution | NotKnown:
    """When the first answers came; exactly one hour belongs to 1–4 hours."""
    if counts is None:
        return NotKnown("archive")
    zero_one, one_four, four_eight, eight_day, more = (
        sum(low <= hours < high for hours in counts.answer_hours) for low, high in BUCKETS
    )
    never = _unanswered(counts, now)
    return Distribution(
        (zero_one, one_four, four_eight, eight_day, more),
        counts.elsewhere,
        never,
        len(counts.waiting_since) - never,
    )


_URGENCY = {Intent.COMPLAINT: 0, Intent.QUESTION: 1, Intent.REQUEST: 1}


def most_urgent(found: Iterable[Run], now: datetime) -> tuple[Run, ...]:
    """Who waits for an answer, the most urgent first.

    Complaints, then questions and requests, then thanks and the rest; within these, who has waited longest.
    Whoever has waited for more than a week comes after all of them: a day more no longer matters there.
    """
    waiting = [run for run in found if run.state is State.WAITING]

    def urgency(run: Run) -> tuple[bool, int, datetime]:
        rank = _URGENCY.get(run.intent, 2) if run.intent is not None else 2
        return now - run.arrived_at >= PATIENCE, rank, run.arrived_at

    return tuple(sorted(waiting, key=urgency))
