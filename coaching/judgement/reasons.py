"""Which grounds of a verdict are worth telling; all grounds together make the logit of the score."""

from __future__ import annotations

from collections.abc import Sequence

from coaching.judgement.features import SIGNALS
from coaching.judgement.tokens import places
from coaching.judgement.verdict import Reason

BASE = "base"
OTHER_WORDING = "other_wording"
WORTH_TELLING = 0.2
"""Logit units; smaller grounds go into "other wording"."""
MOST = 7


def reasons(
    text: str,
    raws: Sequence[str],
    signals: Sequence[tuple[int, tuple[int, int]]],
    shares: Sequence[float],
    logit: float,
    base: float,
) -> tuple[Reason, ...]:
    """Grounds by weight, then what other wording adds and where every post starts; they add up to `logit`.

    `raws` are the tokens of the text, `signals` are numbers with the tokens they stand in,
    `shares` what each adds to the logit.
    """
    ranked = [
        (share, number, place)
        for share, (number, place) in zip(shares, signals, strict=True)
        if share >= WORTH_TELLING or share <= -WORTH_TELLING
    ]
    if len(ranked) > 1:
        ranked.sort(key=_by_weight)
    told = []
    rest = logit - base
    where: list[tuple[int, int]] | None = None
    furthest = max((last for _, _, (_, last) in ranked[:MOST]), default=0)
    for share, number, (first, last) in ranked[:MOST]:
        weight = round(share, 3)
        rest -= weight
        if first < 0:
            told.append(Reason(SIGNALS[number], weight))
        else:
            where = where or places(text, raws[: furthest + 1])
            told.append(Reason(SIGNALS[number], weight, where[first][0], where[last][1]))
    told.append(Reason(OTHER_WORDING, round(rest, 3)))
    told.append(Reason(BASE, round(base, 3)))
    return tuple(told)


def _by_weight(ground: tuple[float, int, tuple[int, int]]) -> tuple[float, int]:
    return -abs(ground[0]), ground[1]
