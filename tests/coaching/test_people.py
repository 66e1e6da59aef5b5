"""The people page: regulars, new voices, who brought whom, notes, hiding and forgetting."""

from __future__ import annotations

import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import people, pull
from coaching.models import Message
from coaching.networks.contract import Person, Surface
from tests import make

pytestmark = pytest.mark.django_db


def talk(who: str, weeks: int, *, ends: timedelta = timedelta(days=1), answered: bool = True) -> Any:
    """`who` writes once a week for so many weeks, the last time `ends` ago; we answer unless told not to."""
    messages, posts = [], []
    for week in range(weeks):
        ago = ends + timedelta(weeks=week)
        number = zlib.crc32(f"{who} {week}".encode())
        messages.append(make.message(number, f"hello again {week}", ago=ago, who=who))
        if answered:
            posts.append(
                make.post(
                    number + 1,
                    f"@{who} hello to you",
                    ago=ago - timedelta(hours=1),
                    surface=Surface.REPLY,
                    reply_to=Person(f"id-{who}", who, who.title()),
                    parent_id=f"m{number}",
                    conversation_id=f"m{number}",
                )
            )
    return messages, posts


def told(organization: Organization, *talks: Any) -> None:
    messages = [message for heard, _ in talks for message in heard]
    posts = [post for _, said in talks for post in said]
    with scope([organization.pk]):
        connection = organization.connections.first() or make.connection(organization)
    connection.cursor = None
    pull.pull(connection, make.Feed(posts, messages), now=make.NOW)


def build(organization: Organization, asked: str = "") -> people.PeoplePage:
    with scope([organization.pk]):
        return people.build(organization, now=make.NOW, asked=asked)


def handles(cards: tuple[people.PersonCard, ...]) -> list[str | None]:
    return [card.handle for card in cards]


def test_regulars_new_voices_and_those_not_talked_with_lately() -> None:
    cast = make.cast()
    told(
        cast.theatre,
        talk("ana", 5),
        talk("ben", 4, ends=timedelta(weeks=9)),
        talk("cleo", 1, answered=False),
    )
    page = build(cast.theatre)
    assert handles(page.regulars) == ["ana"]
    assert (page.regulars[0].weeks, page.regulars[0].answered) == (5, True)
    assert handles(page.quiet) == ["ben"]
    assert handles(page.new) == ["cleo"]
    assert not page.new[0].answered
    assert page.everybody == 3
    assert build(cast.rival).known is False


def test_who_brought_whom_along() -> None:
    cast = make.cast()
    named = make.message(7, "you must meet @cleo, she loves puppets", ago=timedelta(days=5), who="ana")
    told(cast.theatre, ([named], []), talk("cleo", 1), talk("dora", 1))
    cards = {card.handle: card.brought_by for card in build(cast.theatre).new}
    assert cards == {"ana": "", "cleo": "Ana", "dora": ""}


def test_somebody_who_spoke_before_they_were_named_was_not_brought_along() -> None:
    cast = make.cast()
    named = make.message(7, "@cleo says hello", ago=timedelta(hours=2), who="ana")
    told(cast.theatre, ([named], []), talk("cleo", 1))
    assert {card.brought_by for card in build(cast.theatre).new} == {""}


def test_people_are_found_by_name_and_handle() -> None:
    cast = make.cast()
    told(cast.theatre, talk("ana", 2), talk("anabel", 1), talk("ben", 1))
    assert sorted(handles(build(cast.theatre, "@ANA").found), key=str) == ["ana", "anabel"]
    assert build(cast.theatre, "100%").found == ()


def test_the_page_takes_the_same_number_of_queries_with_many_people(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    cast = make.cast()
    told(cast.theatre, talk("ana", 3))
    with django_assert_max_num_queries(16) as few:
        build(cast.theatre, "a")
    told(cast.theatre, *(talk(f"ana{n}", 3) for n in range(30)))
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(build(cast.theatre, "a").found) == 31


@pytest.fixture
def ana(client: Client) -> tuple[make.Cast, Message, Client]:
    """The theatre, ana's latest message to it, and alice's browser."""
    cast = make.cast()
    told(cast.theatre, talk("ana", 3), talk("ben", 1))
    client.force_login(cast.alice)
    with scope([cast.theatre.pk]):
        message = cast.theatre.messages.filter(author_handle="ana").latest("created_at")
    return cast, message, client


def address(name: str, message: Message) -> str:
    return reverse(f"coaching:person{name}", args=["theatre", message.pk])


def test_notes_are_kept_shown_and_part_of_what_we_hold(ana: tuple[make.Cast, Message, Client]) -> None:
    cast, message, alice = ana
    alice.post(address("_change", message), {"what": "note", "text": "Came to the puppet night."})
    page = alice.get(address("", message))
    assert "Came to the puppet night." in page.content.decode()
    held = json.loads(alice.get(address("_held", message)).content)
    assert len(held["messages"]) == 3
    assert [note["text"] for note in held["notes"]] == ["Came to the puppet night."]
    with scope([cast.theatre.pk]):
        note = cast.theatre.personnotes.get()
    alice.post(address("_change", message), {"delete_note": note.pk})
    assert "puppet night" not in alice.get(address("", message)).content.decode()


def test_a_note_that_cannot_be_kept_says_why_and_is_still_there(
    ana: tuple[make.Cast, Message, Client],
) -> None:
    cast, message, alice = ana
    empty = alice.post(address("_change", message), {"what": "note", "text": "  "})
    assert empty.status_code == 422
    assert "Write a note first." in empty.content.decode()
    long = alice.post(address("_change", message), {"what": "note", "text": "x" * 2001})
    assert long.status_code == 422
    assert "x" * 2001 in long.content.decode()
    lines = "\r\n".join("x" * 1000)  # 1,999 characters, as browsers count
    assert alice.post(address("_change", message), {"what": "note", "text": lines}).status_code == 302
    with scope([cast.theatre.pk]):
        assert cast.theatre.personnotes.count() == 1


def test_a_hidden_person_leaves_the_lists_and_may_come_back(ana: tuple[make.Cast, Message, Client]) -> None:
    cast, message, alice = ana
    assert "ana" in handles(build(cast.theatre).regulars)
    alice.post(address("_change", message), {"what": "hide"})
    alice.post(address("_change", message), {"what": "hide"})
    page = build(cast.theatre)
    assert (handles(page.regulars), page.hidden) == ([], 1)
    alice.post(address("_change", message), {"what": "show"})
    assert handles(build(cast.theatre).regulars) == ["ana"]


def test_a_forgotten_person_is_gone_with_notes_and_does_not_return(
    ana: tuple[make.Cast, Message, Client],
) -> None:
    cast, message, alice = ana
    alice.post(address("_change", message), {"what": "note", "text": "Likes puppets."})
    answer = alice.post(address("_forget", message), follow=True)
    assert "Forgotten, with 3 messages." in answer.content.decode()
    told(cast.theatre, talk("ana", 3))
    with scope([cast.theatre.pk]):
        assert not cast.theatre.messages.filter(author_handle="ana").exists()
        assert not cast.theatre.personnotes.exists()
        assert cast.theatre.messages.filter(author_handle="ben").exists()
        [event] = cast.theatre.auditevents.filter(action="person_forgotten")
    assert "ana" not in json.dumps([event.target, event.details])


def test_what_is_held_is_told_to_owners_only(ana: tuple[make.Cast, Message, Client]) -> None:
    cast, message, alice = ana
    assert alice.get(address("_held", message)).status_code == 200
    for user in (cast.erin, cast.bob):
        browser = Client()
        browser.force_login(user)
        assert browser.get(address("_held", message)).status_code == 403
    stranger = Client()
    stranger.force_login(cast.dave)
    assert stranger.get(address("_held", message)).status_code == 404


def test_the_pages_are_read_at_this_moment(ana: tuple[make.Cast, Message, Client]) -> None:
    cast, message, alice = ana
    told(cast.theatre, talk("dora", 4, ends=make.NOW - timezone.now() + timedelta(weeks=9)))
    page = alice.get(reverse("coaching:people", args=["theatre"])).content.decode()
    lately = page.partition("Not talked with lately")[2]
    assert "Dora" in lately
    assert "Ana" in alice.get(address("", message)).content.decode()
