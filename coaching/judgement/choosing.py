"""Which suggestions to show: at most three, the strongest first, and none that would nag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coaching.judgement.advice import Advice
from coaching.judgement.picture import AccountPicture
from coaching.judgement.rules import RULES

AT_MOST = 3
REST = timedelta(weeks=8)
LONG_REST = timedelta(weeks=52)
AFTER_TAKING = timedelta(weeks=4)


class Said(StrEnum):
    """What staff said to an earlier suggestion."""

    TAKEN = "taken"
    SNOOZED = "snoozed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier suggestion and what staff said to it.

    `until` is the end of a snooze; `weeks` how long a taken one is measured; `for_good` a dismissal with
    the reason that it does not fit this organization.
    """

    rule: str
    said: Said
    at: datetime
    until: datetime | None = None
    weeks: int = 8
    for_good: bool = False


def rests_until(past: Past) -> datetime:
    """Until when a rule keeps quiet after what staff said.

    Dismissed: 8 weeks, a year where it does not fit them. Snoozed: as long as they asked (a week without a
    date). Taken: while it is measured and four weeks after, so that nobody is told the same thing twice.
    """
    if past.said is Said.DISMISSED:
        return past.at + (LONG_REST if past.for_good else REST)
    if past.said is Said.SNOOZED:
        return past.until or past.at + timedelta(weeks=1)
    return past.at + timedelta(weeks=past.weeks) + AFTER_TAKING


def choose(advices: Iterable[Advice], history: Iterable[Past], now: datetime) -> tuple[Advice, ...]:
    """At most three suggestions, the strongest first: expected effect × evidence.

    Resting rules are left out, and so is a second suggestion that would move the same metric as a stronger
    or a taken one that is being measured: two at once could not be told apart. `now` is the real clock,
    also for an archive.
    """
    history = tuple(history)
    resting = {past.rule for past in history if now < rests_until(past)}
    busy = {
        past.rule
        for past in history
        if past.said is Said.TAKEN and now < past.at + timedelta(weeks=past.weeks)
    }
    advices = tuple(advices)
    metrics = {advice.metric for advice in advices if advice.rule in busy}
    chosen: list[Advice] = []
    for advice in sorted(advices, key=lambda one: (-one.strength, one.rule)):
        if advice.rule in resting or advice.metric in metrics:
            continue
        chosen.append(advice)
        metrics.add(advice.metric)
        if len(chosen) == AT_MOST:
            break
    return tuple(chosen)


def all_advice(picture: AccountPicture) -> tuple[Advice, ...]:
    """What every rule says about an account, in the order of the rules; silent ones are left out."""
    spoken = (rule(picture) for rule in RULES.values())
    return tuple(advice for advice in spoken if advice is not None)


def advise(
    picture: AccountPicture, history: Iterable[Past] = (), *, now: datetime | None = None
) -> tuple[Advice, ...]:
    """The suggestions to show for an account: at most three. `now` is the real clock, for old pictures."""
    return choose(all_advice(picture), history, now or picture.now)
