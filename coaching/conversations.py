"""Who wrote to the organization, and who still waits for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Organization
from coaching.judgement.answering import Intent, Run, Turn, most_urgent, runs
from coaching.judgement.people_figures import Word
from coaching.models import Message, Post

LOOK_BACK = timedelta(weeks=8)


@dataclass(frozen=True)
class Waiting:
    """Somebody who wrote and was not answered; `why` is what they are after."""

    message_id: int
    name: str
    handle: str | None
    text: str
    since: datetime
    why: str
    network: str
    url: str | None


def waiting(organization: Organization, *, now: datetime) -> tuple[Waiting, ...]:
    """People who want an answer and have none, the most urgent first. Two queries."""
    messages = {
        message.pk: message
        for message in _messages(organization, now - LOOK_BACK, now).select_related("connection")
    }
    turns = [
        *(_turn(message) for message in messages.values()),
        *_our_turns(organization, now - LOOK_BACK, now),
    ]
    urgent = most_urgent((run for run in runs(turns) if run.wants_answer), now)
    return tuple(_waiting(run, messages) for run in urgent)


def turns(organization: Organization, *, since: datetime, until: datetime) -> list[Turn]:
    """Everything people and we said to each other between two moments. Two queries."""
    heard = [_turn(message) for message in _messages(organization, since, until)]
    return [*heard, *_our_turns(organization, since, until)]


def words(said: Iterable[Turn]) -> list[Word]:
    """Turns as words between us and one person each; ours to nobody in particular are left out."""
    return [
        Word(person=person, at=turn.at, ours=turn.author is None, thread=turn.thread)
        for turn in said
        for person in (turn.to if turn.author is None else (turn.author,))
    ]


def _messages(organization: Organization, since: datetime, until: datetime) -> QuerySet[Message]:
    found: QuerySet[Message] = organization.messages.filter(created_at__gt=since, created_at__lte=until)
    return found.order_by("created_at")


def _turn(message: Message) -> Turn:
    return Turn(
        id=message.pk,
        thread=_thread(message.connection_id, message.conversation_id or message.external_id),
        at=message.created_at,
        author=message.author_id or message.author_handle or "",
        intent=Intent(message.intent) if message.intent else None,
    )


def _our_turns(organization: Organization, since: datetime, until: datetime) -> Iterable[Turn]:
    ours = organization.posts.filter(
        created_at__gt=since,
        created_at__lte=until,
        surface__in=[Post.Surface.REPLY, Post.Surface.COMMENT],
        # Only threads in which somebody spoke to us: most replies of a busy account stand in none.
        conversation_id__in=_messages(organization, since, until).values("conversation_id").order_by(),
    )
    for pk, connection_id, conversation_id, at, to in ours.values_list(
        "pk", "connection_id", "conversation_id", "created_at", "reply_to"
    ):
        person = (to or {}).get("id") or (to or {}).get("handle")
        yield Turn(
            id=f"post {pk}",
            thread=_thread(connection_id, conversation_id or ""),
            at=at,
            author=None,
            to=(person,) if person else (),
        )


def _thread(connection_id: int, conversation_id: str) -> str:
    return f"{connection_id}/{conversation_id}"


def _waiting(run: Run, messages: dict[int, Message]) -> Waiting:
    asked = next(messages[int(pk)] for pk in run.messages if messages[int(pk)].created_at == run.arrived_at)
    return Waiting(
        message_id=asked.pk,
        name=asked.author_name or asked.author_handle or "",
        handle=asked.author_handle,
        text=asked.text,
        since=asked.created_at,
        why=asked.intent or "",
        network=asked.connection.network,
        url=asked.url,
    )
