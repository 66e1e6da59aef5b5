"""The consultants' overview: every client in one table, those first who need somebody, and why."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts import access
from accounts.access import Access
from accounts.models import Organization, Practice, Role, User
from accounts.permissions import RANK
from accounts.practices import handover
from accounts.tenancy import scope
from coaching import client_facts, client_notes, client_wording
from coaching.client_facts import Facts
from coaching.dashboard import Lead, Week
from coaching.health_wording import Health
from coaching.judgement import attention
from coaching.judgement.attention import ClientSeen, Reason
from coaching.judgement.intervals import NotKnown


@dataclass(frozen=True)
class Wanted:
    """What somebody asked to see: empty strings are everything, `sort` a column, with - the other way."""

    practice: str = ""
    only_attention: bool = False
    health: str = ""
    role: str = ""
    words: str = ""
    sort: str = ""


@dataclass(frozen=True)
class ClientLine:
    """One client. `waiting` is None where it is not known, `longest` the arrival of who waits longest."""

    organization: Organization
    practice: Practice
    role: Role
    reasons: tuple[str, ...]
    attention: bool
    pressing: bool
    lead: Lead | None
    weeks: tuple[Week, ...]
    waiting: int | None
    longest: datetime | None
    longest_words: str
    suggestions: int
    health: Health
    notes: int
    urgency: tuple[float, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class PortfolioPage:
    """The clients of a person's practices, or of the chosen one; `shown` those that were asked for."""

    practices: tuple[Practice, ...]
    practice: Practice | None
    total: int
    attention: int
    waiting: int
    shown: tuple[ClientLine, ...]
    first: ClientLine | None
    sort: str


def build(user: User, wanted: Wanted, *, now: datetime) -> PortfolioPage:
    """Everything a consultant sees; a fixed number of queries, however many clients there are."""
    ways = access.consulted(user, at=now)
    # A practice that has no client yet is one of theirs all the same.
    practices = tuple(user.practices.defer("logo").order_by("name", "pk"))
    practice = next((one for one in practices if one.slug == wanted.practice), None)
    lines = read(_once(ways, practice), now=now)
    order = _ORDERS.get(wanted.sort.removeprefix("-"))
    shown = [line for line in lines if _is_wanted(line, wanted)]
    if order:
        shown = _sorted(shown, order, backwards=wanted.sort.startswith("-"))
    return PortfolioPage(
        practices=practices,
        practice=practice,
        total=len(lines),
        attention=sum(line.attention for line in lines),
        waiting=sum(line.waiting or 0 for line in lines),
        shown=tuple(shown),
        first=lines[0] if lines and lines[0].attention else None,
        sort=wanted.sort if order else "",
    )


def read(ways: Sequence[Access], *, now: datetime) -> list[ClientLine]:
    """A line for each way into a client, the one that needs somebody most first."""
    organizations = [way.organization for way in ways]
    if not organizations:
        return []
    with scope([one.pk for one in organizations]):
        facts = client_facts.read(organizations, now=now)
        notes = client_notes.counts(organizations)
        links = handover.awaited(organizations, now=now)
        lines = [
            _line(way, way.practice, facts[way.organization.pk], notes, links, now)
            for way in ways
            if way.practice
        ]
    return sorted(lines, key=lambda line: (line.urgency, line.organization.name.casefold()))


def _once(ways: Iterable[Access], practice: Practice | None) -> list[Access]:
    """Each organization once: by the chosen practice, or by the one with the better role."""
    best: dict[int, Access] = {}
    for way in ways:
        if practice is not None and way.practice != practice:
            continue
        other = best.get(way.organization.pk)
        if other is None or RANK[way.role] > RANK[other.role]:
            best[way.organization.pk] = way
    return list(best.values())


def seen(
    facts: Facts, health: Health, now: datetime, *, link: str = "", ends_at: datetime | None = None
) -> ClientSeen:
    """What is known of a client, as the order of who comes first takes it."""
    return ClientSeen(
        trouble=health.tone if facts.connections else "",
        hears=facts.hears,
        importing=facts.importing,
        waiting=len(facts.waiting),
        longest_wait=now - facts.waiting[0] if facts.waiting else timedelta(),
        answer_within=timedelta(hours=facts.working.targets.answer_hours),
        quiet=now - facts.last_post if facts.last_post else None,
        social=facts.posts.social_share if facts.posts else NotKnown("no_posts"),
        target=facts.working.targets.social_share,
        compared=facts.lead.compared if facts.lead else None,
        suggestions=facts.suggestions,
        outcome=facts.outcome,
        link=link,
        access_days=(ends_at - now).days if ends_at else None,
    )


def _line(
    way: Access,
    practice: Practice,
    facts: Facts,
    notes: Counter[tuple[int, int]],
    links: Mapping[int, str],
    now: datetime,
) -> ClientLine:
    health = client_wording.health(facts.connections, importing=facts.importing)
    link = links.get(way.organization.pk, "")
    client = seen(facts, health, now, link=link, ends_at=way.ends_at)
    found = attention.reasons(client)
    longest = facts.waiting[0] if facts.waiting else None
    return ClientLine(
        organization=way.organization,
        practice=practice,
        role=way.role,
        reasons=_sentences(found),
        attention=attention.needs_somebody(found),
        pressing=any(reason.pressing is attention.Pressing.NOW for reason in found),
        lead=facts.lead,
        weeks=facts.weeks,
        waiting=len(facts.waiting) if facts.hears else None,
        longest=longest,
        longest_words=client_wording.wait(longest, now) if longest else "",
        suggestions=facts.suggestions,
        health=health,
        notes=notes[way.organization.pk, practice.pk],
        urgency=attention.urgency(client, found),
    )


def _sentences(found: Iterable[Reason]) -> tuple[str, ...]:
    return tuple(client_wording.reason(reason) for reason in found)


def _is_wanted(line: ClientLine, wanted: Wanted) -> bool:
    words = wanted.words.casefold().split()
    return (
        (line.attention or not wanted.only_attention)
        and (not wanted.health or line.health.tone == wanted.health)
        and (not wanted.role or line.role == wanted.role)
        and all(word in line.organization.name.casefold() for word in words)
    )


def _share(line: ClientLine) -> Any:
    return line.lead.percent if line.lead else None


_ORDERS: dict[str, Callable[[ClientLine], Any]] = {
    "name": lambda line: line.organization.name.casefold(),
    "share": _share,
    "waiting": lambda line: line.waiting,
    "suggestions": lambda line: line.suggestions,
    "health": lambda line: ("act", "watch", "good").index(line.health.tone),
}
ORDERS = tuple(_ORDERS)


def _sorted(
    lines: Sequence[ClientLine], order: Callable[[ClientLine], Any], *, backwards: bool
) -> list[ClientLine]:
    """Sorted by a column; what is not known comes last in either direction."""
    known = [line for line in lines if order(line) is not None]
    unknown = [line for line in lines if order(line) is None]
    return sorted(known, key=order, reverse=backwards) + unknown
