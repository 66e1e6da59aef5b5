"""What could we share this week: what others said about us, ranked by how well it can be passed on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from coaching.judgement.answering import Intent

DAYS = 7
_WORTH: dict[Intent, float] = {
    Intent.PRAISE: 3.0,
    Intent.THANKS: 3.0,
    Intent.OTHER: 1.0,
    Intent.QUESTION: 0.5,
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody else said of us, with or without speaking to us.

    `length` counts characters without handles and links; `credits` says that it names us as the maker or
    source; `addressed` that it only answers us (a reply); `regular` that the person often talks with us;
    `shared` that we have passed it on already. `likes` is None where the network does not tell.
    """

    id: int | str
    at: datetime
    person: int | str
    intent: Intent | None
    length: int = 0
    credits: bool = False
    addressed: bool = False
    media: bool = False
    link: bool = False
    regular: bool = False
    shared: bool = False
    likes: int | None = None


@dataclass(frozen=True, slots=True)
class Idea:
    """Something worth passing on with own words; `reasons` are codes: thanks, praise, credits, picture, …"""

    id: int | str
    person: int | str
    worth: float
    reasons: tuple[str, ...]


def repost_ideas(spoken: Iterable[Spoken], now: datetime, at_most: int = 5) -> tuple[Idea, ...]:
    """What could be shared this week, the best first, one a person.

    Of the last seven days: thanks and praise before mentions, credit and pictures on top, a regular before
    a stranger. Never a complaint or a request (its author wants an answer, not an audience), nothing that
    was shared already, nothing of a word or two.
    """
    best: dict[int | str, tuple[Idea, datetime]] = {}
    for one in spoken:
        idea = _idea(one, now)
        if idea is None:
            continue
        known = best.get(one.person)
        if known is None or (idea.worth, one.at) > (known[0].worth, known[1]):
            best[one.person] = idea, one.at
    ranked = sorted(best.values(), key=lambda pair: (-pair[0].worth, -pair[1].timestamp(), str(pair[0].id)))
    return tuple(idea for idea, _ in ranked[:at_most])


def _idea(one: Spoken, now: datetime) -> Idea | None:
    fresh = now - timedelta(days=DAYS) <= one.at <= now
    if one.shared or not fresh or one.intent not in _WORTH or one.intent is None:
        return None
    if one.length < 15 and not one.media and not one.link:
        return None
    worth, reasons = _WORTH[one.intent], []
    if one.intent in {Intent.PRAISE, Intent.THANKS}:
        reasons.append(one.intent.value)
    for code, holds, more in (
        ("credits", one.credits, 2.0),
        ("picture", one.media, 1.0),
        ("link", one.link, 0.5),
        ("regular", one.regular, 0.5),
        ("liked", (one.likes or 0) >= 5, 0.5),
    ):
        if holds:
            worth += more
            reasons.append(code)
    # an answer inside a thread is hard to understand on its own
    worth -= 1.0 if one.addressed else 0.0
    if one.intent is Intent.QUESTION and not reasons:
        return None
    return Idea(one.id, one.person, worth, tuple(reasons or ["mention"]))
