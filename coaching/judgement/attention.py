"""Which client needs somebody first, and why: codes with parameters, the most pressing first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum

from coaching.judgement.intervals import NotKnown, Share, TooFew
from coaching.judgement.outcome import Word

LONG_WAIT = timedelta(days=2)
"""Whoever waits longer than this, and longer than the organization aims at, has waited long."""
QUIET = timedelta(days=14)
OLD_ARCHIVE = timedelta(days=60)
ENDS_SOON = 14
"""Days before its end that access is worth talking about."""


class Pressing(IntEnum):
    """How soon somebody should look."""

    NOW = 3
    THIS_WEEK = 2
    WHEN_CONVENIENT = 1


@dataclass(frozen=True, slots=True)
class ClientSeen:
    """A client at one moment.

    `trouble` is how its worst account is (good, watch, act, as the health sentences have it; empty without
    accounts), `hears` whether what others write is known, `quiet` the time since its last post (None:
    never), `social` the share of its posts that are social, `target` what it aims at (0–1), `compared`
    whether that is up, down or the same as before, `outcome` what came of a suggestion measured lately.
    `link` says of a client that is to take its organization over whether its link is open or over;
    `access_days` are those until our access ends.
    """

    trouble: str = "good"
    hears: bool = True
    importing: bool = False
    waiting: int = 0
    longest_wait: timedelta = timedelta()
    answer_within: timedelta = timedelta(hours=24)
    quiet: timedelta | None = timedelta()
    social: Share | TooFew | NotKnown = field(default_factory=lambda: NotKnown("no_posts"))
    target: float = 0.5
    compared: str | None = None
    suggestions: int = 0
    outcome: Word | None = None
    link: str = ""
    access_days: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a client needs somebody, as a code with what its sentence needs."""

    code: str
    pressing: Pressing
    params: Mapping[str, int] = field(default_factory=dict)


Rule = Callable[[ClientSeen], Reason | None]


def waits_long(seen: ClientSeen) -> Reason | None:
    """Somebody has waited for days."""
    if not seen.waiting or seen.longest_wait <= max(LONG_WAIT, seen.answer_within):
        return None
    return Reason("waits_long", Pressing.NOW, {"n": seen.waiting, "days": seen.longest_wait.days})


def not_read(seen: ClientSeen) -> Reason | None:
    """An account cannot be read until somebody does something."""
    return Reason("not_read", Pressing.NOW) if seen.trouble == "act" else None


def worse_since(seen: ClientSeen) -> Reason | None:
    """What was tried went with a change for the worse."""
    return Reason("worse_since", Pressing.THIS_WEEK) if seen.outcome is Word.WORSE else None


def talks_less(seen: ClientSeen) -> Reason | None:
    """The share of social posts has clearly fallen."""
    return Reason("talks_less", Pressing.THIS_WEEK) if seen.compared == "down" else None


def gone_quiet(seen: ClientSeen) -> Reason | None:
    """Nothing was posted for two weeks or more."""
    if not seen.hears or seen.quiet is None or seen.quiet < QUIET or seen.trouble == "act":
        return None
    return Reason("gone_quiet", Pressing.THIS_WEEK, {"weeks": seen.quiet.days // 7})


def not_connected(seen: ClientSeen) -> Reason | None:
    """There is nothing to read yet."""
    if seen.trouble or seen.importing or seen.link:
        return None
    return Reason("not_connected", Pressing.THIS_WEEK)


def link_over(seen: ClientSeen) -> Reason | None:
    """The client was sent a link, which cannot be opened any more."""
    return Reason("link_over", Pressing.THIS_WEEK) if seen.link == "over" else None


def awaited(seen: ClientSeen) -> Reason | None:
    """The client has a link, and it is their turn."""
    if seen.link != "open" or seen.trouble or seen.importing:
        return None
    return Reason("awaited", Pressing.WHEN_CONVENIENT)


def access_ends(seen: ClientSeen) -> Reason | None:
    """Our access ends soon."""
    if seen.access_days is None or seen.access_days > ENDS_SOON:
        return None
    return Reason("access_ends", Pressing.THIS_WEEK, {"days": seen.access_days})


def loud(seen: ClientSeen) -> Reason | None:
    """It surely talks with people less than it aims at."""
    if not isinstance(seen.social, Share) or seen.social.high >= seen.target:
        return None
    percent = round(100 * seen.social.value)
    return Reason("loud", Pressing.THIS_WEEK, {"percent": percent, "target": round(100 * seen.target)})


def waits(seen: ClientSeen) -> Reason | None:
    """Somebody waits, not for long yet."""
    if not seen.waiting or waits_long(seen):
        return None
    return Reason("waits", Pressing.THIS_WEEK, {"n": seen.waiting})


def old_archive(seen: ClientSeen) -> Reason | None:
    """All that is known ends months ago."""
    if seen.hears or not seen.trouble or seen.quiet is None or seen.quiet < OLD_ARCHIVE:
        return None
    return Reason("old_archive", Pressing.WHEN_CONVENIENT, {"weeks": seen.quiet.days // 7})


def paused(seen: ClientSeen) -> Reason | None:
    """An account is not read at the moment, and that ends by itself or was wanted."""
    return Reason("paused", Pressing.WHEN_CONVENIENT) if seen.trouble == "watch" else None


def has_suggestions(seen: ClientSeen) -> Reason | None:
    """There is something to try that nobody has decided about."""
    if not seen.suggestions:
        return None
    return Reason("has_suggestions", Pressing.WHEN_CONVENIENT, {"n": seen.suggestions})


def better_since(seen: ClientSeen) -> Reason | None:
    """What was tried went with a change for the better: worth a word."""
    return Reason("better_since", Pressing.WHEN_CONVENIENT) if seen.outcome is Word.BETTER else None


def importing(seen: ClientSeen) -> Reason | None:
    """An archive is on its way in."""
    return Reason("importing", Pressing.WHEN_CONVENIENT) if seen.importing else None


RULES: tuple[Rule, ...] = (
    waits_long,
    not_read,
    worse_since,
    talks_less,
    waits,
    gone_quiet,
    loud,
    not_connected,
    link_over,
    access_ends,
    awaited,
    old_archive,
    paused,
    better_since,
    has_suggestions,
    importing,
)
"""From the most pressing reason to the least."""
_PLACE = {rule.__name__: place for place, rule in enumerate(RULES)}


def reasons(seen: ClientSeen) -> tuple[Reason, ...]:
    """Everything that asks for somebody, the most pressing first; empty where all is well."""
    return tuple(reason for rule in RULES if (reason := rule(seen)))


def needs_somebody(found: tuple[Reason, ...]) -> bool:
    """Whether somebody should look this week."""
    return any(reason.pressing >= Pressing.THIS_WEEK for reason in found)


def urgency(seen: ClientSeen, found: tuple[Reason, ...]) -> tuple[float, ...]:
    """A sort key: by the most pressing reason, then by who has waited longest, then by how many reasons."""
    first = _PLACE[found[0].code] if found else len(RULES)
    return first, -seen.longest_wait.total_seconds(), -seen.waiting, -len(found)
