"""Invented clients of an invented practice: feeds that are drawn, always the same, from a few sentences each.

Moments are relative to the moment of the first read, so that every client is alive today.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coaching.networks.contract import (
    Account,
    FeedMessage,
    FeedPost,
    Metrics,
    Network,
    Person,
    Surface,
)

_TALK = (
    "@{who} Thank you for coming to {thing}! Which part did you like best {moment}?",
    "@{who} Yes, {thing} is fine for children. Would you come {moment}?",
    "@{who} Sorry that you had to wait at {place}. How may we make it right {moment}?",
    "@{who} What a lovely picture of {place}! Did you take it {moment}?",
    "@{who} Good question: {thing} lasts about an hour. Shall we keep a place for you?",
    "@{who} Congratulations to you both! Did you celebrate {moment}?",
    "@{who} Welcome to {place}, it is good to have you here. What brought you here {moment}?",
    "@{who} Thank you, we did not know that about {thing}. Where did you hear it?",
    "@{who} You are right, the sign at {place} was wrong. We have changed it, thank you for telling us.",
)
_ASK = (
    "What do you remember of {thing} {moment}? Tell us, we read every answer.",
    "Which would you rather come to {moment}, {thing} or {other}?",
    "Who taught you what you know about {thing}? Did you ever come {moment}?",
    "What would make {place} easier for you to reach {moment}?",
    "Have you ever brought somebody to {thing} {moment}? How did they like it?",
    "Where else have you seen something like {thing} {moment}?",
)
_MOMENTS = (
    "on a Tuesday morning",
    "in the rain",
    "with your grandmother",
    "after school",
    "on the first warm evening",
    "between two buses",
    "with a child of five",
    "on your own",
    "before breakfast",
    "in the darkest week",
    "with muddy boots",
    "on a birthday",
    "during the fair",
    "on a bank holiday",
    "with a friend from abroad",
    "at the end of a long day",
    "in the week of the floods",
    "on a bicycle",
    "with the whole street",
)
_NEWS = (
    "{Thing} begins again, also {moment}.",
    "New at {place}: {thing}, every second week.",
    "We are delighted to announce {thing} and {other} for the coming season.",
    "{Place} is open {moment} as well from now on.",
    "A new face at {place}: Morwenna helps with {thing} from today.",
)
_PITCH = (
    "Last places for {thing} {moment}! Book now: https://example.org/{slug}",
    "Only this week: {thing} for half the price. Get yours at https://example.org/{slug}/offer",
    "Do not miss {thing} {moment}. Tickets from £6: https://example.org/{slug}/book",
    "Support {thing} at {place}: give today at https://example.org/{slug}/give",
    "Sign up for {other} before Friday: https://example.org/{slug}/join",
)
_ASKED = (
    "@{handle} is {thing} on this Saturday as well?",
    "@{handle} can I bring my dog to {place}?",
    "@{handle} how do I get a place for {other}?",
    "@{handle} could you tell me when {place} closes on Sundays?",
    "@{handle} we waited half an hour at {place} and nobody came. What happened?",
    "@{handle} do you have a step-free way into {place}?",
)
_PEOPLE = ("ines", "tomasz", "harriet", "oluwaseun", "bronwen", "kofi", "marguerite", "sunil", "aoife", "lev")
_LONG = 26


@dataclass(frozen=True)
class Invented:
    """An invented account.

    `talk` is the share of posts that talk with people, before and in the last twelve weeks; `a_week` are
    posts. `waiting` are hours since somebody asked who has no answer, `until` days since the last post.
    """

    account: Account
    place: str
    things: tuple[str, ...]
    talk: tuple[float, float] = (0.45, 0.45)
    a_week: int = 5
    weeks: int = _LONG
    waiting: tuple[int, ...] = ()
    until: int = 0
    asks: tuple[float, float] = field(default=(0.4, 0.4))
    """Of the talk, the share that are questions to everybody, before and in the last twelve weeks."""
    hears: bool = True


def _account(number: int, handle: str, name: str, network: Network = Network.TWITTER) -> Account:
    return Account(network, f"77000{number:03}", handle, name)


CLIENTS: tuple[Invented, ...] = (
    Invented(
        _account(1, "marramlight", "Marram Lighthouse Museum"),
        "the lighthouse",
        ("the lamp tour", "the keeper's breakfast", "the foghorn walk", "the night of the lamps"),
        waiting=(101, 76, 30),
    ),
    Invented(
        _account(2, "coppergatecycles", "Coppergate Cycles"),
        "the workshop",
        ("the repair evening", "the Sunday ride", "the brake clinic", "the tandem hire"),
        talk=(0.35, 0.35),
    ),
    Invented(
        _account(3, "fennelflint", "Fennel & Flint"),
        "the kitchen",
        ("the supper club", "the bread class", "the harvest table", "the fish night"),
        talk=(0.15, 0.8),
        asks=(0.1, 0.5),
        a_week=8,
    ),
    Invented(
        _account(4, "brackwaterrow", "Brackwater Rowing Club"),
        "the boathouse",
        ("the novice crew", "the head race", "the lantern row", "the winter training"),
        talk=(0.7, 0.15),
        a_week=8,
    ),
    Invented(
        _account(5, "hollindalefood", "Hollin Dale Food Bank"),
        "the hall",
        ("the parcel round", "the soup lunch", "the school shelf", "the harvest collection"),
        talk=(0.5, 0.5),
    ),
    Invented(
        _account(6, "ternstreetlib", "Tern Street Library"),
        "the reading room",
        ("the story hour", "the map evening", "the poetry shelf", "the homework club"),
        until=75,
        hears=False,
    ),
    Invented(
        _account(7, "pellowbinders", "Pellow & Daughters, Bookbinders"),
        "the bindery",
        ("the paper day", "the repair of family Bibles", "the open bench"),
        a_week=1,
        weeks=4,
    ),
    Invented(
        _account(9, "osiervalley", "Osier Valley Walks"),
        "the valley",
        ("the ridge walk", "the heron path", "the stile survey", "the moonlit walk"),
        talk=(0.6, 0.6),
    ),
    Invented(
        _account(10, "saltmarshchoir", "Saltmarsh Choir"),
        "the chapel",
        ("the shanty evening", "the carol walk", "the come-and-sing", "the tenors' rehearsal"),
        talk=(0.55, 0.6),
        waiting=(5,),
    ),
    Invented(
        _account(11, "quilllanebakery", "Quill Lane Bakery"),
        "the bakery",
        ("the rye morning", "the bun run", "the sourdough class", "the birthday cakes"),
        until=23,
    ),
    Invented(
        _account(12, "kestrelgreen", "Kestrel Green Homes"),
        "the office",
        ("the repairs line", "the tenants' evening", "the boiler check", "the garden prize"),
        talk=(0.08, 0.08),
        a_week=7,
    ),
)
BY_HANDLE = {one.account.handle: one for one in CLIENTS}


def items(handle: str, loaded_at: datetime) -> Iterator[FeedPost | FeedMessage]:
    """Everything that the account and those who talk with it have written; the same for the same moment."""
    one = BY_HANDLE[handle]
    draw = random.Random(handle)  # noqa: S311 - nothing here is secret
    number = 0
    for week in range(one.weeks, 0, -1):
        lately = week <= 12
        for place in range(one.a_week):
            ago = timedelta(days=7 * (week - 1) + one.until, hours=6 + place * 160 / one.a_week)
            at = loaded_at - ago - timedelta(minutes=draw.randrange(50))
            number += 1
            if draw.random() < one.talk[lately]:
                yield from _talk(one, draw, number, at, one.asks[lately])
            else:
                yield _post(one, draw, number, at, draw.choice((_NEWS, _PITCH, _PITCH)))
    for place, hours in enumerate(one.waiting):
        yield _message(one, draw, 9000 + place, loaded_at - timedelta(hours=hours), place)


def _talk(
    one: Invented, draw: random.Random, number: int, at: datetime, asks: float
) -> Iterator[FeedPost | FeedMessage]:
    """A question to everybody, or an answer to somebody who asked some hours before."""
    if draw.random() < asks:
        yield _post(one, draw, number, at, _ASK)
        return
    if not one.hears:
        yield _post(one, draw, number, at, _TALK, to=_person(one, number))
        return
    asked = _message(one, draw, number, at - timedelta(hours=draw.randrange(1, 20)), number)
    yield asked
    yield _post(one, draw, number, at, _TALK, to=asked.author, after=asked)


def _post(
    one: Invented,
    draw: random.Random,
    number: int,
    at: datetime,
    words: tuple[str, ...],
    *,
    to: Person | None = None,
    after: FeedMessage | None = None,
) -> FeedPost:
    made = f"{one.account.external_id}{number:05}1"
    said = _said(one, draw, draw.choice(words), who=to.handle if to and to.handle else "")
    return FeedPost(
        external_id=made,
        created_at=at,
        text=said,
        surface=Surface.REPLY if to else Surface.TIMELINE,
        conversation_id=after.external_id if after else made,
        parent_id=after.external_id if after else None,
        reply_to=to,
        mentions=(to.handle,) if to and to.handle else (),
        links=tuple(word for word in said.split() if word.startswith("https://")),
        metrics=Metrics(likes=draw.randrange(40), replies=draw.randrange(4), shares=draw.randrange(5)),
        url=f"https://example.org/{one.account.handle}/{made}",
    )


def _message(one: Invented, draw: random.Random, number: int, at: datetime, who: int) -> FeedMessage:
    made = f"{one.account.external_id}{number:05}2"
    return FeedMessage(
        external_id=made,
        created_at=at,
        text=_said(one, draw, _ASKED[number % len(_ASKED)]),
        author=_person(one, who),
        conversation_id=made,
        mentions=(one.account.handle,),
        metrics=Metrics(likes=draw.randrange(4)),
        url=f"https://example.org/{one.account.handle}/{made}",
    )


def _person(one: Invented, number: int) -> Person:
    name = _PEOPLE[number % len(_PEOPLE)]
    return Person(f"{one.account.external_id}-{name}", f"{name}_demo", name.title())


def _said(one: Invented, draw: random.Random, words: str, who: str = "") -> str:
    thing, other = draw.sample(one.things, 2)
    return words.format(
        who=who,
        handle=one.account.handle,
        slug=one.account.handle,
        place=one.place,
        Place=one.place[0].upper() + one.place[1:],
        thing=thing,
        Thing=thing[0].upper() + thing[1:],
        other=other,
        moment=draw.choice(_MOMENTS),
    )
