"""The people an account talks with: whether it answers them, how long talks last, who comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coaching.judgement.intervals import Median, NotKnown, Share, TooFew, median, share
from coaching.judgement.weeks import last_weeks, week_of

Person = int | str
ENOUGH_PEOPLE = 5
ENOUGH_CONVERSATIONS = 5
REGULAR_WEEKS = 3
REGULAR_OF = 8
LOST_AFTER = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Word:
    """One message or answer between us and one person: `ours` says who spoke.

    A post of ours that answers two people is two words. `thread` is the conversation it belongs to.
    """

    person: Person
    at: datetime
    ours: bool
    thread: int | str


def reciprocity(words: Iterable[Word] | None, since: datetime, until: datetime) -> Share | TooFew | NotKnown:
    """How many of the people who spoke to you got a word back.

    people we answered after they first spoke in the period ÷ people who spoke to us in the period, 0–1;
    our word may come later than the period. At least 5 people. None for a source without messages.
    """
    if words is None:
        return NotKnown("archive")
    spoke: dict[Person, datetime] = {}
    answered: dict[Person, datetime] = {}
    for word in words:
        if word.ours:
            answered[word.person] = max(word.at, answered.get(word.person, word.at))
        elif since <= word.at < until:
            spoke[word.person] = min(word.at, spoke.get(word.person, word.at))
    reached = sum(person in answered and answered[person] >= first for person, first in spoke.items())
    return share(reached, len(spoke), needed=ENOUGH_PEOPLE)


def depth(words: Iterable[Word] | None) -> Median | TooFew | NotKnown:
    """How many times the talk goes back and forth: the median number of turns of a conversation.

    A turn is what one side says until the other speaks; conversations in which somebody else spoke count,
    so one message without an answer has depth 1 and a question with an answer 2. At least 5 conversations.
    """
    if words is None:
        return NotKnown("archive")
    threads: dict[int | str, list[Word]] = defaultdict(list)
    for word in words:
        threads[word.thread].append(word)
    turns = [_turns(said) for said in threads.values() if any(not word.ours for word in said)]
    return median(turns, needed=ENOUGH_CONVERSATIONS)


def _turns(said: list[Word]) -> int:
    ordered = sorted(said, key=lambda word: (word.at, word.ours))
    turns, speaker = 0, None
    for word in ordered:
        # "" is ourselves: several people in a row are several turns, our words to several of them one
        now = "" if word.ours else word.person
        turns += now != speaker
        speaker = now
    return turns


@dataclass(frozen=True, slots=True)
class Regular:
    """Somebody who often talks with the organization: the weeks with words both ways, and the last word."""

    person: Person
    weeks: int
    last_at: datetime


def regulars(words: Iterable[Word] | None, now: datetime, zone: ZoneInfo) -> tuple[Regular, ...] | NotKnown:
    """The people you really talk with: words both ways in at least 3 of the last 8 weeks.

    The running Monday week and the seven before it, by the organization's clock; most weeks first.
    """
    if words is None:
        return NotKnown("archive")
    window = set(last_weeks(now, zone, REGULAR_OF))
    spoken: dict[tuple[Person, date], set[bool]] = defaultdict(set)
    last: dict[Person, datetime] = {}
    for word in words:
        if word.at > now:
            continue
        last[word.person] = max(word.at, last.get(word.person, word.at))
        if (week := week_of(word.at, zone)) in window:
            spoken[word.person, week].add(word.ours)
    both: dict[Person, int] = defaultdict(int)
    for (person, _), sides in spoken.items():
        both[person] += len(sides) == 2
    found = [Regular(person, weeks, last[person]) for person, weeks in both.items() if weeks >= REGULAR_WEEKS]
    return tuple(sorted(found, key=lambda one: (-one.weeks, -one.last_at.timestamp(), str(one.person))))


def lost_regulars(
    words: Iterable[Word] | None, now: datetime, zone: ZoneInfo
) -> tuple[Regular, ...] | NotKnown:
    """People who were regulars and have not been talked with for four weeks or more, latest first.

    Looks at the eight weeks up to each person's last word, back to half a year before now.
    """
    if words is None:
        return NotKnown("archive")
    by_person: dict[Person, list[Word]] = defaultdict(list)
    for word in words:
        if word.at <= now:
            by_person[word.person].append(word)
    lost: list[Regular] = []
    for said in by_person.values():
        last_at = max(word.at for word in said)
        if LOST_AFTER <= now - last_at <= timedelta(weeks=26):
            then = regulars(said, last_at, zone)
            lost += () if isinstance(then, NotKnown) else then
    return tuple(sorted(lost, key=lambda one: one.last_at, reverse=True))
