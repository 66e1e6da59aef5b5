"""Puts together what people wrote to the organization and what it said to them, across posts and messages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organization
from coaching.judgement.answering import Intent, Mark, Run, Turn, runs
from coaching.judgement.people_figures import Word
from coaching.models import Message, Post

LOOK_BACK = timedelta(weeks=8)
_TALK = (Post.Surface.REPLY, Post.Surface.COMMENT, Post.Surface.THREAD)


def turns(organization: Organization, *, since: datetime, until: datetime) -> list[Turn]:
    """Everything people and we said to each other between two moments. Four queries."""
    heard = organization.messages.filter(created_at__gt=since, created_at__lte=until)
    return _turns(organization, heard, until)


def runs_of(organization: Organization, heard: "QuerySet[Message]") -> tuple[Run, ...]:
    """What became of these messages; they must be whole threads, or runs are cut. Four queries."""
    return runs(_turns(organization, heard))


def words(said: Iterable[Turn], found: Iterable[Run] | None = None) -> list[Word]:
    """Turns as words between us and one person each.

    Words of ours to nobody in particular go to those whom they answered; a post that began the thread and
    what reached nobody count as a turn of the thread, to no person. `found` are the runs of these turns,
    where they have been put together already.
    """
    said = list(said)
    reached: dict[int | str | None, set[int | str]] = defaultdict(set)
    for run in runs(said) if found is None else found:
        reached[run.answer].add(run.person)
    spoken = []
    for turn in said:
        if turn.author is not None:
            spoken.append(Word(turn.author, turn.at, False, turn.thread))
            continue
        people = {*turn.to, *reached[turn.id]} or {f"everybody in {turn.thread}"}
        spoken += [Word(person, turn.at, True, turn.thread) for person in sorted(people, key=str)]
    return spoken


def thread_of(connection_id: int, conversation_id: str | None, external_id: str) -> str:
    """The key of a thread: of the first post's id where the network tells it, else of the message itself."""
    return f"{connection_id}/{conversation_id or external_id}"


@dataclass
class _Names:
    """Who is who: one side of a conversation may be known by id and the other by handle alone."""

    ours: frozenset[str]
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def meet(self, network: str, author_id: str | None, handle: str | None) -> None:
        """Remembers somebody who wrote."""
        if author_id and handle:
            self.ids[network, handle.lower()] = author_id
        if author_id or handle:
            self.known.add(author_id or (handle or "").lower())

    def is_us(self, handle: str | None) -> bool:
        """Whether a handle is the organization itself or one of its sister accounts."""
        return bool(handle) and (handle or "").lower() in self.ours

    def key(self, network: str, author_id: str | None, handle: str | None) -> str:
        """The one key of a person, empty where the network does not say who it was."""
        if author_id:
            return author_id
        name = (handle or "").lower()
        return self.ids.get((network, name), name)

    def spoken_to(self, network: str, reply_to: dict[str, Any] | None, mentions: list[str]) -> list[str]:
        """Whom a post of ours answers or names, of those who ever wrote, without ourselves."""
        person = reply_to or {}
        told = []
        if not self.is_us(person.get("handle")):
            told.append(self.key(network, person.get("id"), person.get("handle")))
        told += [key for name in mentions if (key := self.key(network, None, name)) in self.known]
        return [key for key in dict.fromkeys(told) if key]


def ourselves(organization: Organization) -> frozenset[str]:
    """The handles of sister accounts that are ourselves, in lower case and without @."""
    return frozenset(str(name).lstrip("@").lower() for name in organization.also_ours)


def _turns(
    organization: Organization, heard: "QuerySet[Message]", until: datetime | None = None
) -> list[Turn]:
    rows = list(
        heard.order_by("created_at", "pk").values_list(
            "pk", "connection_id", "connection__network", "external_id", "conversation_id", "parent_id",
            "created_at", "author_id", "author_handle", "intent",
        )
    )  # fmt: skip
    if not rows:
        return []
    names = _Names(ourselves(organization))
    for _, _, network, _, _, _, _, author_id, handle, _ in rows:
        if not names.is_us(handle):
            names.meet(network, author_id, handle)
    marks = _marks(organization, since=rows[0][6])
    messages: dict[tuple[int, str], Turn] = {}
    for (
        pk,
        connection_id,
        network,
        external_id,
        conversation_id,
        parent_id,
        at,
        author_id,
        handle,
        intent,
    ) in rows:
        us = names.is_us(handle)
        answered = messages.get((connection_id, parent_id or "")) if us else None
        mark = marks.get((connection_id, external_id))
        messages[connection_id, external_id] = Turn(
            id=f"message {pk}" if us else pk,
            thread=thread_of(connection_id, conversation_id, external_id),
            at=at,
            author=None if us else names.key(network, author_id, handle) or f"unknown {pk}",
            to=(answered.author,) if answered and answered.author is not None else (),
            answers=answered.id if answered else None,
            intent=Intent(intent) if intent else None,
            mark=Mark(mark) if mark else None,
        )
    ours = _our_turns(organization, heard, messages, names, rows[0][6], until)
    return [*messages.values(), *ours, *_roots(organization, rows)]


def _marks(organization: Organization, since: datetime) -> dict[tuple[int, str], str]:
    # A mark is always later than its message.
    found = organization.conversationmarks.filter(at__gte=since)
    return {
        (connection_id, message): mark
        for connection_id, message, mark in found.values_list("connection_id", "message", "mark")
    }


def _our_turns(
    organization: Organization,
    heard: "QuerySet[Message]",
    messages: dict[tuple[int, str], Turn],
    names: _Names,
    since: datetime,
    until: datetime | None,
) -> list[Turn]:
    # Only threads in which somebody spoke to us: most replies of a busy account stand in none.
    plain = heard.order_by()
    ours = organization.posts.filter(
        Q(conversation_id__in=plain.exclude(conversation_id=None).values("conversation_id"))
        | Q(parent_id__in=plain.values("external_id")),
        created_at__gte=since,
        surface__in=_TALK,
    )
    if until is not None:
        ours = ours.filter(created_at__lte=until)
    found = []
    for pk, connection_id, network, conversation_id, parent_id, at, surface, to, mentions in ours.values_list(
        "pk", "connection_id", "connection__network", "conversation_id", "parent_id", "created_at",
        "surface", "reply_to", "mentions",
    ):  # fmt: skip
        answered = messages.get((connection_id, parent_id or ""))
        told = names.spoken_to(network, to, mentions)
        if answered is not None and answered.author is not None:
            told = [str(answered.author), *told]
        found.append(
            Turn(
                id=f"post {pk}",
                thread=answered.thread if answered else f"{connection_id}/{conversation_id}",
                at=at,
                author=None,
                to=tuple(dict.fromkeys(told)),
                answers=answered.id if answered else None,
                own_thread=surface == Post.Surface.THREAD and answered is None,
            )
        )
    return found


def _roots(organization: Organization, rows: list[tuple[Any, ...]]) -> list[Turn]:
    """Our own posts that began a thread: a turn of ours that answers nobody."""
    began = organization.posts.filter(
        connection_id__in={row[1] for row in rows},
        external_id__in={row[4] for row in rows if row[4]},
    ).exclude(surface__in=_TALK)
    return [
        Turn(f"post {pk}", f"{connection_id}/{external_id}", at, None, own_thread=True)
        for pk, connection_id, external_id, at in began.values_list(
            "pk", "connection_id", "external_id", "created_at"
        )
    ]
