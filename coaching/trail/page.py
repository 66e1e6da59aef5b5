"""One page of the trail, with the names that its ids have now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import ApiToken, AuditEvent, Organization, Practice, User
from coaching.trail import wording

SHOWN = 50
Wanted = Mapping[str, Any]
"""`who` (a person's id as text, or "engage"), `deed`, `since` and `until` (days, both inside)."""


@dataclass(frozen=True)
class Line:
    """One deed in words; `practice` is whom a consultant came for, `token` the name of the key used."""

    at: datetime
    who: str
    practice: str
    token: str
    did: str
    about: str
    details: str
    address: str


@dataclass(frozen=True)
class TrailPage:
    """Some deeds, the newest first, and where the next page begins, or None."""

    lines: tuple[Line, ...]
    older: str | None


def page(organization: Organization, wanted: Wanted, *, after: str = "") -> TrailPage:
    """One page of what matches. Seven queries at most. Raises BadRequest for a key that is none."""
    found = newest_first(organization, wanted)
    if after:
        at, pk = _key(after)
        found = found.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))
    rows = list(found[: SHOWN + 1])
    shown = rows[:SHOWN]
    last = shown[-1] if len(rows) > SHOWN else None
    return TrailPage(in_words(organization, shown), f"{last.at.isoformat()}~{last.pk}" if last else None)


def newest_first(organization: Organization, wanted: Wanted) -> "QuerySet[AuditEvent]":
    """The deeds that match, the newest first."""
    found: QuerySet[AuditEvent] = organization.auditevents.order_by("-at", "-pk")
    if who := wanted.get("who"):
        found = found.filter(actor_id=None if who == ITSELF else int(who))
    if deed := wanted.get("deed"):
        found = found.filter(action=deed)
    if since := wanted.get("since"):
        found = found.filter(at__gte=_begin(since, organization))
    if until := wanted.get("until"):
        found = found.filter(at__lt=_begin(until + timedelta(days=1), organization))
    return found


ITSELF = "engage"
"""Stands for what Engage and an organization's own tokens do."""


def actors(organization: Organization) -> list[tuple[str, str]]:
    """Whoever is in the trail, by id and name, to choose from. Two queries."""
    ids = set(organization.auditevents.order_by().values_list("actor_id", flat=True).distinct())
    known = _people(pk for pk in ids if pk)
    named = sorted(((str(pk), known.get(pk) or gone()) for pk in ids if pk), key=lambda one: one[1].lower())
    return [*named, *([(ITSELF, itself())] if None in ids else [])]


def in_words(organization: Organization, events: Collection[AuditEvent]) -> tuple[Line, ...]:
    """These deeds with the names that belong to their ids now; at most six queries."""
    names = _Names(organization, events)
    return tuple(
        Line(
            at=event.at,
            who=names.who(event),
            practice=names.practices.get(event.practice_id or 0, ""),
            token=names.tokens.get(event.token_id or 0, gone_thing()) if event.token_id else "",
            did=wording.deed(event.action),
            about=names.about(event),
            details=wording.details(event.details),
            address=event.address or "",
        )
        for event in events
    )


def gone() -> str:
    """What stands for a person whose account is gone."""
    return _("somebody who has left")


def gone_thing() -> str:
    """What stands for anything else that is gone."""
    return _("one that is gone")


def itself() -> str:
    """What stands for what nobody did."""
    return _("Engage")


class _Names:
    """The names of everything that some deeds mention, looked up at once."""

    def __init__(self, organization: Organization, events: Collection[AuditEvent]) -> None:
        targets: dict[str, set[int]] = {}
        for event in events:
            known = wording.DEEDS.get(event.action)
            if known and known.about and event.target.isdecimal():
                targets.setdefault(known.about, set()).add(int(event.target))
        people = {event.actor_id for event in events if event.actor_id} | targets.get("user", set())
        tokens = {event.token_id for event in events if event.token_id} | targets.get("token", set())
        practices = {event.practice_id for event in events if event.practice_id}
        self.people = _people(people)
        self.tokens = dict(ApiToken.objects.filter(pk__in=tokens).values_list("pk", "name")) if tokens else {}
        self.practices = _practices(practices | targets.get("practice", set()))
        self.things = {
            "user": self.people,
            "token": self.tokens,
            "practice": self.practices,
            "connection": _connections(organization, targets.get("connection", set())),
            "reader": _readers(organization, targets.get("reader", set())),
            "meetup": _meetups(organization, targets.get("meetup", set())),
        }

    def who(self, event: AuditEvent) -> str:
        if event.actor_id is None:
            return itself()
        return self.people.get(event.actor_id) or gone()

    def about(self, event: AuditEvent) -> str:
        known = wording.DEEDS.get(event.action)
        if known is None or not known.about or not event.target.isdecimal():
            return ""
        missing = gone() if known.about in ("user", "reader") else gone_thing()
        return self.things[known.about].get(int(event.target)) or missing


def _people(ids: Iterable[int]) -> dict[int, str]:
    wanted = list(ids)
    found = User.objects.filter(pk__in=wanted).values_list("pk", "name", "email") if wanted else ()
    return {pk: name or email for pk, name, email in found}


def _practices(ids: Collection[int]) -> dict[int, str]:
    return dict(Practice.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _connections(organization: Organization, ids: Collection[int]) -> dict[int, str]:
    return {one.pk: str(one) for one in organization.connections.filter(pk__in=ids)} if ids else {}


def _readers(organization: Organization, ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    return {
        one.pk: one.address for one in organization.subscriptions.filter(pk__in=ids).select_related("user")
    }


def _meetups(organization: Organization, ids: Collection[int]) -> dict[int, str]:
    return dict(organization.meetups.filter(pk__in=ids).values_list("pk", "title")) if ids else {}


def _begin(day: date, organization: Organization) -> datetime:
    return datetime.combine(day, time.min, organization.zone)


def _key(after: str) -> tuple[datetime, int]:
    told, _sep, pk = after.partition("~")
    try:
        at = datetime.fromisoformat(told)
        if at.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return at.astimezone(UTC), int(pk[:18])
    except (ValueError, OverflowError) as wrong:
        raise BadRequest("This page address is not complete; start again from the trail.") from wrong
