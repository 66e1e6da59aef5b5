"""How sure we can be of a figure, and what to say when we cannot be.

A figure is one of: a `Share` or `Median` with its interval, a `Mean`, `TooFew` or `NotKnown`. There is no
zero that means "unknown".
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from statistics import NormalDist

CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The source cannot tell: `reason` is a code such as archive, no_replies, two_judges."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooFew:
    """There are cases, but too few to say anything: `n` of at least `needed`."""

    n: int
    needed: int


@dataclass(frozen=True, slots=True)
class Share:
    """`k` of `n`; `value`, `low` and `high` are 0–1, low and high the 95% Wilson interval."""

    k: int
    n: int
    value: float
    low: float
    high: float
    judge: str | None = None


@dataclass(frozen=True, slots=True)
class Mean:
    """An average over `n` cases, with the 95% interval of the mean where it can be told."""

    value: float
    n: int
    judge: str | None = None


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of `n` cases with its 95% interval; None stands for "without end" (more than half never)."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def wilson(k: int, n: int) -> tuple[float, float]:
    """Between which shares the true one probably lies, given `k` of `n`.

    95% score interval, 0–1; n must be at least 1. Source: Wilson 1927, J. Amer. Statist. Assoc. 22(158).
    """
    if not 0 <= k <= n or n < 1:
        raise ValueError(f"{k} of {n} is no share")
    p, z2 = k / n, _Z * _Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # at 0 and n the bound is exact; rounding must not leave the value outside its own interval
    return (0.0 if k == 0 else middle - half), (1.0 if k == n else middle + half)


def share(k: int, n: int, *, needed: int = 1, judge: str | None = None) -> Share | TooFew:
    """`k` of `n` with its interval, or TooFew below `needed` cases."""
    if n < max(needed, 1):
        return TooFew(n, max(needed, 1))
    low, high = wilson(k, n)
    return Share(k, n, k / n, low, high, judge)


def difference(now: Share, before: Share) -> tuple[float, float]:
    """Between which bounds a share has probably changed since an earlier one; 0 outside them is a change.

    95% interval of now − before, −1–1, from both score intervals. Source: Newcombe 1998, Statistics in
    Medicine 17(8), method 10.
    """
    middle = now.value - before.value
    return (
        middle - math.hypot(now.value - now.low, before.high - before.value),
        middle + math.hypot(now.high - now.value, before.value - before.low),
    )


def direction(now: Share, before: Share) -> int:
    """Whether a share rose (1) or fell (−1) since an earlier one; 0 where that may be chance.

    Of very many posts less than a percent can be more than chance; nobody would see it, so it is none.
    """
    if round(100 * now.value) == round(100 * before.value):
        return 0
    low, high = difference(now, before)
    return (low > 0) - (high < 0)


@lru_cache(maxsize=1024)
def _median_rank(n: int) -> int:
    """The rank (from 1) whose order statistic bounds the median from below with 97.5%; 0 if there is none."""
    if n > 1000:
        return max(0, math.floor(n / 2 - _Z * math.sqrt(n) / 2))
    tail, total, rank = (1 - CONFIDENCE) / 2, 0.0, 0
    while rank < n:
        total += math.comb(n, rank) / 2**n
        if total > tail:
            break
        rank += 1
    return rank


def median(values: Iterable[float], *, needed: int = 1) -> Median | TooFew:
    """The middle value: half are at most this. `math.inf` is allowed and means "never".

    An even number of cases gives the mean of the middle two, unless the upper one is infinite: then the
    lower one, because half were indeed no later than that. The interval takes order statistics by the
    binomial distribution (no assumption about the shape); below 6 cases it is the whole range.
    """
    ordered = sorted(values)
    n = len(ordered)
    if n < max(needed, 1):
        return TooFew(n, max(needed, 1))
    lower, upper = ordered[(n - 1) // 2], ordered[n // 2]
    middle = lower if math.isinf(upper) else (lower + upper) / 2
    rank = max(_median_rank(n), 1)
    return Median(_finite(middle), _finite(ordered[rank - 1]), _finite(ordered[n - rank]), n)


def plain(figure: Share | Mean | Median | TooFew | NotKnown) -> dict[str, float | int | str | None]:
    """A figure for machines, the same in every export: its `state` and what it holds.

    state is known, too_few or not_known. Known figures keep their fields; shares stay 0–1 and unrounded.
    """
    state = {TooFew: "too_few", NotKnown: "not_known"}.get(type(figure), "known")
    return {"state": state, **asdict(figure)}


def _finite(value: float) -> float | None:
    return None if math.isinf(value) else value
