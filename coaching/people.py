"""The people an organization talks with: regulars, new voices, and those it has not talked with lately.

Only what was said in public to the organization's own accounts. There are no scores on people and nothing is
concluded about them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Organization
from coaching import conversations
from coaching.judgement import voices
from coaching.judgement.answering import Turn
from coaching.judgement.intervals import NotKnown
from coaching.judgement.people_figures import Person, Regular, lost_regulars, regulars
from coaching.judgement.voices import Voice
from coaching.models import Message

LOOK_BACK = timedelta(weeks=26)
AT_MOST = 40
FOUND_AT_MOST = 60
MATCHED_AT_MOST = 2_000


@dataclass(frozen=True)
class PersonCard:
    """Somebody in a list: who, their last words, whether we answered, and who brought them along.

    `message_id` is their latest message, which opens the person's page; `weeks` counts the weeks of the last
    eight with words both ways.
    """

    message_id: int
    network: str
    name: str
    handle: str | None
    text: str
    since: datetime
    last_at: datetime
    answered: bool
    url: str | None
    weeks: int = 0
    brought_by: str = ""


@dataclass(frozen=True)
class PeoplePage:
    """The lists of the page; `known` is False where no source tells what people wrote."""

    known: bool
    regulars: tuple[PersonCard, ...] = ()
    quiet: tuple[PersonCard, ...] = ()
    new: tuple[PersonCard, ...] = ()
    found: tuple[PersonCard, ...] = ()
    asked: str = ""
    everybody: int = 0
    hidden: int = 0


def build(organization: Organization, *, now: datetime, asked: str = "") -> PeoplePage:
    """Who talks with the organization, of the last half year; a fixed number of queries."""
    if not any(connection.hears_others for connection in organization.connections.all()):
        return PeoplePage(known=False)
    said = conversations.turns(organization, since=now - LOOK_BACK, until=now)
    spoken = conversations.words(said)
    found = voices.voices(spoken, now)
    often = _listed(regulars(spoken, now, organization.zone))
    lost = _listed(lost_regulars(spoken, now, organization.zone))
    new = voices.new_voices(found, now)
    asked = asked.strip().lstrip("@")[:60]
    matching = _matching(organization, said, asked) if asked else ()
    cards = _cards(organization, said, found, weeks={one.person: one.weeks for one in often})
    hidden = set(organization.hiddenpersons.values_list("network", "person"))
    keep = {key: card for key, card in cards.items() if (card.network, str(key)) not in hidden}

    def pick(keys: Iterable[Person], at_most: int = AT_MOST) -> tuple[PersonCard, ...]:
        return tuple(keep[key] for key in keys if key in keep)[:at_most]

    return PeoplePage(
        known=True,
        regulars=pick(one.person for one in often),
        quiet=pick(one.person for one in lost),
        new=pick(one.person for one in new),
        found=pick((person for person, _ in matching), FOUND_AT_MOST),
        asked=asked,
        everybody=len(keep),
        hidden=len(hidden),
    )


def _listed(found: tuple[Regular, ...] | NotKnown) -> tuple[Regular, ...]:
    return () if isinstance(found, NotKnown) else found


def _latest(said: Iterable[Turn]) -> dict[Person, int]:
    """The latest message of everybody, by id."""
    latest: dict[Person, tuple[datetime, int]] = {}
    for turn in said:
        if turn.author is not None and isinstance(turn.id, int):
            latest[turn.author] = max(latest.get(turn.author, (turn.at, turn.id)), (turn.at, turn.id))
    return {person: pk for person, (_, pk) in latest.items()}


def _matching(organization: Organization, said: Sequence[Turn], asked: str) -> tuple[tuple[Person, int], ...]:
    """People whose name or handle contains the words, the latest first, with their latest message."""
    ids = {turn.id: turn.author for turn in said if turn.author is not None and isinstance(turn.id, int)}
    if not ids:
        return ()
    named = Q(author_name__icontains=asked) | Q(author_handle__icontains=asked)
    since = min(turn.at for turn in said)
    rows = organization.messages.filter(named, created_at__gte=since).order_by("-created_at", "-pk")
    found: dict[Person, int] = {}
    for pk in rows.values_list("pk", flat=True)[:MATCHED_AT_MOST]:
        if (person := ids.get(pk)) is not None:
            found.setdefault(person, pk)
    return tuple(found.items())


def _cards(
    organization: Organization,
    said: Sequence[Turn],
    found: Mapping[Person, Voice],
    weeks: Mapping[Person, int],
) -> dict[Person, PersonCard]:
    """A card for everybody who spoke to us; two queries."""
    latest = _latest(said)
    heard = {message.pk: message for message in _messages(organization, latest.values())}
    brought = _brought(organization, said, found, heard)
    return {
        person: _card(
            heard[pk], found[person], weeks.get(person, 0), _name(heard.get(brought.get(person, 0)))
        )
        for person, pk in latest.items()
        if pk in heard and person in found
    }


def _messages(organization: Organization, pks: Iterable[int]) -> Iterable[Message]:
    wanted = organization.messages.filter(pk__in=list(pks)).select_related("connection")
    return wanted.only(
        "author_id", "author_handle", "author_name", "text", "url", "created_at", "organization",
        "connection__network",
    )  # fmt: skip


def _brought(
    organization: Organization,
    said: Sequence[Turn],
    found: Mapping[Person, Voice],
    heard: Mapping[int, Message],
) -> dict[Person, int]:
    """Newcomer → the latest message of whoever first named them to us. One query."""
    latest = _latest(said)
    keys = {
        message.author_handle.lower(): person
        for person, pk in latest.items()
        if (message := heard.get(pk)) and message.author_handle
    }
    authors = {turn.id: (turn.author, turn.at) for turn in said if turn.author is not None}
    naming = organization.messages.filter(
        text__contains="@", pk__in=[pk for pk in authors if isinstance(pk, int)]
    )
    told = [
        (author, at, text)
        for pk, text in naming.values_list("pk", "text")
        if (author := authors[pk][0]) is not None and (at := authors[pk][1])
    ]
    brought = voices.introductions(told, found, keys)
    return {newcomer: latest[by] for newcomer, by in brought.items() if by in latest}


def _name(message: Message | None) -> str:
    return (message.author_name or message.author_handle or "") if message else ""


def _card(message: Message, voice: Voice, weeks: int, brought_by: str) -> PersonCard:
    return PersonCard(
        message_id=message.pk,
        network=message.connection.network,
        name=_name(message),
        handle=message.author_handle,
        text=message.text,
        since=voice.first_at,
        last_at=voice.last_at,
        answered=voice.answered,
        url=message.url,
        weeks=weeks,
        brought_by=brought_by,
    )
