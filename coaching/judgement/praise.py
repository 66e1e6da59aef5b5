"""What an account does well: said first, and only where it is earned."""

from __future__ import annotations

from dataclasses import dataclass, field

from coaching.judgement.metrics import Look, look
from coaching.judgement.picture import AccountPicture

SURE_OF = 10
LOUD = 0.2
"""Below this social share a kind word about how posts are written would contradict the headline."""
OF_STYLE = frozenset({"question_share", "naming_share", "share_share"})


@dataclass(frozen=True, slots=True)
class Praise:
    """One good thing: what is good (a code) and its figures; `examples` are ids of own posts."""

    code: str
    value: float
    params: dict[str, int | float] = field(default_factory=dict)
    examples: tuple[int, ...] = ()


def earned(picture: AccountPicture, at_most: int = 1) -> tuple[Praise, ...]:
    """What is worth a kind word, the best first: far above what others do, or well above one's own target."""
    targets = picture.targets
    # metric, from which share on it is earned, how much it weighs
    bars = (
        ("answer_rate", targets.answer_rate, 1.0),
        ("converse_share", max(0.258, targets.converse_share), 1.0),
        ("thanks_answered", 0.7, 0.9),
        ("in_time_share", 0.75, 0.8),
        ("social_share", targets.social_share, 0.8),
        ("question_share", max(0.15, targets.question_share), 0.7),
        ("naming_share", 0.35, 0.6),
        ("share_share", max(0.16, targets.share_share), 0.5),
    )
    found: list[tuple[float, Praise]] = []
    social = look("social_share", picture, SURE_OF)
    loud = social is not None and social.value < LOUD
    for metric, bar, weight in bars:
        if loud and metric in OF_STYLE:
            continue
        seen = look(metric, picture, SURE_OF)
        if seen is not None and seen.value >= bar:
            found.append((weight * (1 + seen.value - bar), _praise(seen)))
    return tuple(praise for _, praise in sorted(found, key=lambda one: -one[0])[:at_most])


def _praise(seen: Look) -> Praise:
    ids = [getattr(item, "id", None) for item in reversed(seen.hits[-3:])]
    return Praise(
        code=seen.metric,
        value=seen.value,
        params={"k": seen.k, "n": seen.n, "over_weeks": len(seen.weeks)},
        examples=tuple(found for found in ids if isinstance(found, int)),
    )
