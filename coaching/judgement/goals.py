"""How far an organization is on the way to a goal that it set itself, and what its suggestions came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from coaching.judgement.intervals import Median, NotKnown, Share, TooFew
from coaching.judgement.outcome import Outcome, Word


class Reached(StrEnum):
    """Where a figure stands beside a goal, taking its interval into account."""

    SURELY = "surely"
    JUST = "just"
    NOT_QUITE = "not_quite"
    NOT_YET = "not_yet"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Progress:
    """A goal and where one stands; `part` is how much of the way is done, 0–1, None where not known."""

    reached: Reached
    target: float
    value: float | None = None
    part: float | None = None


def share_progress(figure: Share | TooFew | NotKnown, target: float) -> Progress:
    """How far a share is on the way to a goal (both 0–1), for example half of the posts social.

    Surely: the whole interval is at or above the goal; just: the value is; not quite: only the upper end
    of the interval is; not yet: not even that.
    """
    if not isinstance(figure, Share):
        return Progress(Reached.NOT_KNOWN, target)
    reached = Reached.NOT_YET
    for name, bound in (
        (Reached.SURELY, figure.low),
        (Reached.JUST, figure.value),
        (Reached.NOT_QUITE, figure.high),
    ):
        if bound >= target:
            reached = name
            break
    part = min(1.0, figure.value / target) if target > 0 else 1.0
    return Progress(reached, target, figure.value, part)


def time_progress(figure: Median | TooFew | NotKnown, target_hours: float) -> Progress:
    """How far the first answer time is on the way to a goal in hours; less is better.

    The part is goal ÷ value; where more than half got no answer it is 0 and the value None.
    """
    if not isinstance(figure, Median):
        return Progress(Reached.NOT_KNOWN, target_hours)
    if figure.value is None:
        return Progress(Reached.NOT_YET, target_hours, None, 0.0)
    reached = Reached.NOT_YET
    for name, bound in (
        (Reached.SURELY, figure.high),
        (Reached.JUST, figure.value),
        (Reached.NOT_QUITE, figure.low),
    ):
        if bound is not None and bound <= target_hours:
            reached = name
            break
    part = min(1.0, target_hours / figure.value) if figure.value > 0 else 1.0
    return Progress(reached, target_hours, figure.value, part)


@dataclass(frozen=True, slots=True)
class YearSum:
    """What a year of suggestions came to: how many were taken, and how many ended in each word."""

    taken: int
    better: int
    no_clear_change: int
    worse: int
    cannot_know: int
    still_measured: int


def year_sum(outcomes: Iterable[Outcome]) -> YearSum:
    """What became of all suggestions taken in a year; nothing is left out, also not what got worse."""
    words = Counter(found.word for found in outcomes)
    return YearSum(
        taken=words.total(),
        better=words[Word.BETTER],
        no_clear_change=words[Word.NO_CLEAR_CHANGE],
        worse=words[Word.WORSE],
        cannot_know=words[Word.CANNOT_KNOW],
        still_measured=words[Word.TOO_EARLY],
    )
