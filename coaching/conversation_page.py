"""Who waits for an answer, who is kind, what was settled by hand; and one thread with its turns in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Organization, User
from coaching import conversation_marks, conversations, period_figures
from coaching.answer_line import AnswerLine, answer_line
from coaching.conversation_marks import Claim
from coaching.judgement.answering import Intent, Run, State, most_urgent, runs
from coaching.models import ConversationMark, Message, Post
from coaching.talk_times import TalkTimes, talk_times

PAGE = 30
KIND_WORDS = timedelta(days=14)
SETTLED = timedelta(days=14)
TURNS = 300


@dataclass(frozen=True)
class Waiting:
    """Somebody who wrote and was not answered; `why` is what they are after.

    `message_id` is the message that asks, `last_id` the newest one of the run, which decisions are about;
    `claim` says who is answering already.
    """

    message_id: int
    last_id: int
    name: str
    handle: str | None
    text: str
    since: datetime
    why: str
    network: str
    url: str | None
    claim: Claim | None = None
    more: int = 0


@dataclass(frozen=True)
class Settled:
    """A conversation that staff took off the list by hand."""

    message_id: int
    name: str
    handle: str | None
    text: str
    network: str
    mark: str
    by: User | None
    at: datetime


@dataclass(frozen=True)
class ConversationsPage:
    """The list: who waits (a page of `total` people), kind words without an answer, what was settled."""

    known: bool
    waiting: tuple[Waiting, ...]
    total: int
    first: int
    next: int | None
    kind: tuple[Waiting, ...]
    answering: AnswerLine | None
    times: TalkTimes | None
    settled: tuple[Settled, ...]


@dataclass(frozen=True)
class Line:
    """One turn of a thread; ours where `person` is None. `post_id` is set for posts of ours."""

    ours: bool
    name: str
    handle: str | None
    text: str
    at: datetime
    url: str | None
    why: str = ""
    mark: str = ""
    post_id: int | None = None


@dataclass(frozen=True)
class ThreadPage:
    """A thread with its turns, oldest first, and those in it who still wait."""

    network: str
    title: str
    lines: tuple[Line, ...]
    waiting: tuple[Waiting, ...]
    settled: tuple[Settled, ...]


@dataclass(frozen=True)
class WaitingNow:
    """The most urgent people who wait, and how many wait in all."""

    shown: tuple[Waiting, ...] = ()
    total: int = 0


def urgent_runs(found: Iterable[Run], now: datetime) -> tuple[Run, ...]:
    """The runs that want an answer and have none, the most urgent first."""
    return most_urgent((run for run in found if run.wants_answer), now)


def waiting_now(
    organization: Organization, found: Iterable[Run], *, now: datetime, at_most: int
) -> WaitingNow:
    """Who waits for an answer, the most urgent first, of runs put together already. Two queries."""
    urgent = urgent_runs(found, now)
    return WaitingNow(_cards(organization, urgent[:at_most], now=now), len(urgent))


def page(organization: Organization, *, now: datetime, first: int = 0) -> ConversationsPage:
    """The conversations of an organization; a fixed number of queries."""
    connections = tuple(organization.connections.all())
    known = any(connection.hears_others for connection in connections)
    period = period_figures.usual_period(organization, connections, now=now) if known else None
    said = conversations.turns(organization, since=now - conversations.LOOK_BACK, until=now)
    found = runs(said)
    urgent = urgent_runs(found, now)
    kind = [
        run
        for run in found
        if run.state is State.WAITING
        and run.intent in (Intent.THANKS, Intent.PRAISE)
        and now - run.arrived_at <= KIND_WORDS
    ][::-1]
    shown = urgent[first : first + PAGE]
    cards = _cards(organization, [*shown, *kind[:PAGE]], now=now)
    more = first + PAGE < len(urgent)
    return ConversationsPage(
        known=known,
        waiting=cards[: len(shown)],
        total=len(urgent),
        first=first,
        next=first + PAGE if more else None,
        kind=cards[len(shown) :],
        answering=answer_line(period_figures.answers(organization, period, connections, now=now))
        if period
        else None,
        times=talk_times(said, organization.zone) if known else None,
        settled=_settled(organization, now=now),
    )


def thread(message: Message, *, now: datetime) -> ThreadPage:
    """The thread in which a message stands; its connection must have been loaded with it."""
    organization = message.organization
    key = message.conversation_id
    heard = organization.messages.filter(connection=message.connection_id)
    heard = heard.filter(conversation_id=key) if key else heard.filter(pk=message.pk)
    found = conversations.runs_of(organization, heard)
    said = list(heard.order_by("created_at", "pk")[:TURNS])
    ids = {one.external_id for one in said}
    talk = [Post.Surface.REPLY, Post.Surface.COMMENT, Post.Surface.THREAD]
    ours = organization.posts.filter(connection=message.connection_id)
    in_thread = ours.filter(conversation_id=key, surface__in=talk) if key else ours.none()
    answers = ours.filter(parent_id__in=ids, surface__in=talk)
    roots = ours.filter(external_id=key) if key else ours.none()
    posts = list({post.pk: post for post in (in_thread | answers | roots)[:TURNS]}.values())
    settled = _settled(organization, now=now, ids=ids, connection_id=message.connection_id)
    marks = {one.message_id: one.mark for one in settled}
    lines = [*(_heard(one, marks.get(one.pk, "")) for one in said), *(_ours(post, message) for post in posts)]
    waiting = [run for run in found if run.state is State.WAITING and run.intent != Intent.OTHER]
    return ThreadPage(
        network=message.connection.network,
        title=message.author_name or message.author_handle or "",
        lines=tuple(sorted(lines, key=lambda line: (line.at, line.ours))),
        waiting=_cards(organization, waiting, now=now),
        settled=settled,
    )


def _cards(organization: Organization, found: Sequence[Run], *, now: datetime) -> tuple[Waiting, ...]:
    ids = {int(pk) for run in found for pk in run.messages}
    messages = organization.messages.filter(pk__in=ids).select_related("connection").in_bulk()
    claims = conversation_marks.active_claims(organization, now=now)
    return tuple(_waiting(run, messages, claims) for run in found)


def _waiting(run: Run, messages: dict[int, Message], claims: dict[tuple[str, str], Claim]) -> Waiting:
    written = [messages[int(pk)] for pk in run.messages]
    asked = next(message for message in written if message.created_at == run.arrived_at)
    last = written[-1]
    return Waiting(
        message_id=asked.pk,
        last_id=last.pk,
        name=asked.author_name or asked.author_handle or "",
        handle=asked.author_handle,
        text=asked.text,
        since=asked.created_at,
        why=asked.intent or "",
        network=asked.connection.network,
        url=last.url or asked.url,
        claim=claims.get((str(run.thread), conversation_marks.place(last)[1])),
        more=len(written) - 1,
    )


def _settled(
    organization: Organization,
    *,
    now: datetime,
    ids: set[str] | None = None,
    connection_id: int | None = None,
) -> tuple[Settled, ...]:
    marks = organization.conversationmarks.select_related("by", "connection").order_by("-at", "-pk")
    if ids is None:
        marks = marks.filter(at__gte=now - SETTLED)
    else:
        marks = marks.filter(connection=connection_id, message__in=ids)
    found: list[ConversationMark] = list(marks[:PAGE])
    messages = {
        (message.connection_id, message.external_id): message
        for message in organization.messages.filter(
            connection_id__in={one.connection_id for one in found},
            external_id__in={one.message for one in found},
        )
    }
    return tuple(
        Settled(
            message_id=message.pk,
            name=message.author_name or message.author_handle or "",
            handle=message.author_handle,
            text=message.text,
            network=one.connection.network,
            mark=one.mark,
            by=one.by,
            at=one.at,
        )
        for one in found
        if (message := messages.get((one.connection_id, one.message)))
    )


def _heard(message: Message, mark: str) -> Line:
    return Line(
        ours=False,
        name=message.author_name or message.author_handle or "",
        handle=message.author_handle,
        text=message.text,
        at=message.created_at,
        url=message.url,
        why=message.intent or "",
        mark=mark,
    )


def _ours(post: Post, message: Message) -> Line:
    return Line(
        ours=True,
        name=message.connection.name,
        handle=message.connection.handle,
        text=post.text,
        at=post.created_at,
        url=post.url,
        post_id=post.pk,
    )
