"""Who waits, who answers, and what staff say about it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching import conversation_marks, conversation_page, conversations, forgetting, pull
from coaching.conversation_marks import CLAIMED_FOR, Claim
from coaching.judgement.answering import State, runs
from coaching.judgement.people_figures import depth
from coaching.models import ConversationClaim, Message
from coaching.networks.contract import Batch, FeedMessage, FeedPost, Person, Surface
from tests import make

pytestmark = pytest.mark.django_db

QUESTION = "@gulltheatre what time does the matinee start on Saturday?"
COMPLAINT = "@gulltheatre I waited forty minutes for my coat, this is not acceptable."
THANKS = "@gulltheatre thank you so much, we loved every minute of it!"


def reply(number: int, *, ago: timedelta, **fields: Any) -> FeedPost:
    """A reply of ours."""
    values = {"surface": Surface.REPLY, "text": "At half past two, see you there!", **fields}
    return make.post(number, ago=ago, **values)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def page(organization: Organization) -> conversation_page.ConversationsPage:
    with scope([organization.pk]):
        return conversation_page.page(organization, now=make.NOW)


def states(organization: Organization) -> dict[str, State]:
    """What became of everybody's run, by handle or id."""
    with scope([organization.pk]):
        said = conversations.turns(organization, since=make.NOW - timedelta(weeks=8), until=make.NOW)
    return {str(run.person): run.state for run in runs(said)}


def message(organization: Organization, external_id: str = "m1") -> Message:
    found: Message = Message.across_organizations.select_related("connection__organization").get(
        organization=organization, external_id=external_id
    )
    return found


def names(found: tuple[conversation_page.Waiting, ...]) -> list[str]:
    return [waiting.name for waiting in found]


def test_the_most_urgent_come_first_and_kind_words_stand_apart() -> None:
    cast = make.cast()
    make.pulled(
        cast.theatre,
        messages=[
            make.message(1, QUESTION, who="ana", ago=hours(30)),
            make.message(2, COMPLAINT, who="ben", ago=hours(2)),
            make.message(3, THANKS, who="cleo", ago=hours(3)),
            make.message(4, QUESTION, who="dora", ago=timedelta(days=9)),
        ],
    )
    found = page(cast.theatre)
    assert names(found.waiting) == ["Ben", "Ana", "Dora"]
    assert [waiting.why for waiting in found.waiting] == ["complaint", "question", "question"]
    assert names(found.kind) == ["Cleo"]
    assert (found.total, found.next, found.known) == (3, None, True)


def test_somebody_known_by_handle_on_our_side_is_found_by_id_on_theirs() -> None:
    cast = make.cast()
    make.pulled(
        cast.theatre,
        reply(1, ago=hours(4), conversation_id="m1", reply_to=Person(None, "Ana", None)),
        messages=[make.message(1, QUESTION), make.message(2, QUESTION, who="ben", conversation_id="m1")],
    )
    assert states(cast.theatre) == {"id-ana": State.ANSWERED, "id-ben": State.WAITING}


def test_what_a_reply_answers_is_known_by_its_parent_alone() -> None:
    cast = make.cast()
    nobody = Person(None, None, None)
    make.pulled(
        cast.theatre,
        reply(1, ago=hours(4), conversation_id="root", parent_id="m2", surface=Surface.COMMENT),
        messages=[
            make.message(1, QUESTION, author=nobody, conversation_id="root", ago=hours(6)),
            make.message(2, QUESTION, author=nobody, conversation_id="root"),
        ],
    )
    assert sorted(states(cast.theatre).values()) == [State.ANSWERED, State.WAITING]


def test_whoever_is_named_in_a_reply_is_answered_too() -> None:
    cast = make.cast()
    make.pulled(
        cast.theatre,
        reply(1, ago=hours(4), conversation_id="m1", parent_id="m1", mentions=("ana", "BEN", "a_partner")),
        messages=[
            make.message(1, QUESTION),
            make.message(2, QUESTION, who="ben", conversation_id="m1"),
            make.message(3, QUESTION, who="cleo", conversation_id="m1"),
        ],
    )
    assert states(cast.theatre) == {
        "id-ana": State.ANSWERED,
        "id-ben": State.ANSWERED,
        "id-cleo": State.WAITING,
    }


def test_a_sister_account_is_ourselves() -> None:
    cast = make.cast()
    cast.theatre.also_ours = ["@GullBar"]
    cast.theatre.save()
    make.pulled(
        cast.theatre,
        messages=[
            make.message(1, QUESTION),
            make.message(
                2, "@ana at two!", who="gullbar", conversation_id="m1", parent_id="m1", ago=hours(4)
            ),
        ],
    )
    assert states(cast.theatre) == {"id-ana": State.ANSWERED}


def test_our_own_post_that_began_a_thread_is_a_turn_of_it() -> None:
    cast = make.cast()
    posts = [make.post(n, ago=hours(20 + n), conversation_id=str(n)) for n in range(1, 6)]
    comments = [
        make.message(n, QUESTION, who=f"who{n}", conversation_id=str(n), parent_id=str(n))
        for n in range(1, 6)
    ]
    make.pulled(cast.theatre, *posts, messages=comments)
    with scope([cast.theatre.pk]):
        said = conversations.turns(cast.theatre, since=make.NOW - timedelta(weeks=8), until=make.NOW)
    assert depth(conversations.words(said)).value == 2
    assert {run.state for run in runs(said)} == {State.WAITING}


def test_a_thread_of_ours_answers_nobody() -> None:
    cast = make.cast()
    make.pulled(
        cast.theatre,
        make.post(1, ago=hours(9), conversation_id="1"),
        make.post(2, ago=hours(1), conversation_id="1", parent_id="1", surface=Surface.THREAD),
        messages=[make.message(1, QUESTION, conversation_id="1", parent_id="1")],
    )
    assert states(cast.theatre) == {"id-ana": State.WAITING}


def test_whoever_was_answered_leaves_the_list_with_the_next_pull() -> None:
    cast = make.cast()
    connection = make.pulled(cast.theatre, messages=[make.message(1, QUESTION)])
    assert names(page(cast.theatre).waiting) == ["Ana"]
    answer = reply(1, ago=hours(1), conversation_id="m1", reply_to=Person("id-ana", "ana", "Ana"))
    connection.cursor = None
    pull.pull(connection, make.Feed([make.post(2), answer]), now=make.NOW)
    assert page(cast.theatre).waiting == ()


@pytest.mark.parametrize("mark", ["elsewhere", "no_answer_needed"])
def test_a_mark_takes_a_conversation_off_the_list_and_can_be_taken_back(mark: str) -> None:
    cast = make.cast()
    make.pulled(cast.theatre, messages=[make.message(1, QUESTION), make.message(2, QUESTION, ago=hours(4))])
    asked = page(cast.theatre).waiting[-1]
    with scope([cast.theatre.pk]):
        newest = Message.across_organizations.select_related("connection__organization").get(pk=asked.last_id)
        conversation_marks.decide(newest, mark, by=cast.erin, now=make.NOW)
    found = page(cast.theatre)
    assert len(found.waiting) == 1
    assert [(settled.mark, settled.by) for settled in found.settled] == [(mark, cast.erin)]
    with scope([cast.theatre.pk]):
        conversation_marks.decide(newest, "undo", by=cast.alice, now=make.NOW)
    assert len(page(cast.theatre).waiting) == 2


def test_a_mark_outlives_a_message_that_is_read_anew() -> None:
    cast = make.cast()
    connection = make.pulled(cast.theatre, messages=[make.message(1, QUESTION)])
    with scope([cast.theatre.pk]):
        conversation_marks.decide(message(cast.theatre), "elsewhere", by=cast.erin, now=make.NOW)
        cast.theatre.messages.all().delete()
        connection.cursor = None
    pull.pull(connection, make.Feed([], [make.message(1, QUESTION)]), now=make.NOW)
    assert states(cast.theatre) == {"id-ana": State.ELSEWHERE}


def test_a_word_after_the_mark_is_a_new_wait() -> None:
    cast = make.cast()
    connection = make.pulled(cast.theatre, messages=[make.message(1, QUESTION)])
    with scope([cast.theatre.pk]):
        conversation_marks.decide(message(cast.theatre), "no_answer_needed", by=cast.erin, now=make.NOW)
        connection.cursor = None
    again = make.message(2, COMPLAINT, conversation_id="m1", ago=hours(1))
    pull.pull(connection, make.Feed([], [make.message(1, QUESTION), again]), now=make.NOW)
    assert [waiting.why for waiting in page(cast.theatre).waiting] == ["complaint"]


def test_a_claim_shows_who_answers_and_ends_by_itself() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, messages=[make.message(1, QUESTION)])
    later = make.NOW + CLAIMED_FOR
    with scope([cast.theatre.pk]):
        asked = message(cast.theatre)
        assert conversation_marks.claim(asked, by=cast.erin, now=make.NOW) == Claim(cast.erin, later)
        assert conversation_marks.claim(asked, by=cast.alice, now=make.NOW) == Claim(cast.erin, later)
    assert page(cast.theatre).waiting[0].claim == Claim(cast.erin, later)
    with scope([cast.theatre.pk]):
        assert conversation_page.page(cast.theatre, now=later).waiting[0].claim is None
        assert conversation_marks.claim(asked, by=cast.alice, now=later).by == cast.alice
        conversation_marks.decide(asked, "release", by=cast.erin, now=later)
        assert ConversationClaim.across_organizations.count() == 1
        conversation_marks.decide(asked, "release", by=cast.alice, now=later)
        assert ConversationClaim.across_organizations.count() == 0


def test_no_other_words_decide_anything() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, messages=[make.message(1, QUESTION)])
    with scope([cast.theatre.pk]), pytest.raises(BadRequest):
        conversation_marks.decide(message(cast.theatre), "delete", by=cast.erin, now=make.NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_the_same_moment_one_wins() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, messages=[make.message(1, QUESTION)])
    with scope([cast.theatre.pk]):
        asked = message(cast.theatre)
    together = Barrier(2)

    def press(user: User) -> int:
        try:
            with scope([cast.theatre.pk]):
                together.wait(timeout=120)
                return conversation_marks.claim(asked, by=user, now=make.NOW).by.pk
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(2) as two:
        told = list(two.map(press, [cast.alice, cast.erin]))
    assert told[0] == told[1]
    with scope([cast.theatre.pk]):
        assert ConversationClaim.across_organizations.get().by_id == told[0]


def test_a_thread_shows_its_turns_in_order() -> None:
    cast = make.cast()
    make.pulled(
        cast.theatre,
        make.post(1, "Who remembers the flood of 1953?", ago=hours(9), conversation_id="1"),
        reply(2, ago=hours(4), conversation_id="1", parent_id="m1", text="Do tell us more!"),
        make.post(3, "Another post altogether.", ago=hours(3), conversation_id="3"),
        messages=[
            make.message(1, "I do, my nan kept the boat.", conversation_id="1", parent_id="1"),
            make.message(2, "Where can I read about it?", conversation_id="1", ago=hours(2)),
        ],
    )
    with scope([cast.theatre.pk]):
        found = conversation_page.thread(message(cast.theatre, "m2"), now=make.NOW)
    assert [(line.ours, line.text[:12]) for line in found.lines] == [
        (True, "Who remember"),
        (False, "I do, my nan"),
        (True, "Do tell us m"),
        (False, "Where can I "),
    ]
    assert names(found.waiting) == ["Ana"]


def test_staff_decide_on_the_page_and_viewers_only_look() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, messages=[make.message(1, QUESTION)])
    with scope([cast.theatre.pk]):
        pk = message(cast.theatre).pk
    decide = reverse("coaching:conversation_decide", args=["theatre", pk])
    thread = reverse("coaching:conversation", args=["theatre", pk])
    erin, alice, bob = Client(), Client(), Client()
    for client, user in ((erin, cast.erin), (alice, cast.alice), (bob, cast.bob)):
        client.force_login(user)
    assert erin.post(decide, {"decision": "claim", "back": "thread"})["Location"] == thread
    told = alice.post(decide, {"decision": "claim", "back": "thread"}, follow=True).content.decode()
    assert "erin@example.org was quicker" in told
    assert "erin@example.org is answering this" in bob.get(thread).content.decode()
    assert "Needs no answer" not in bob.get(thread).content.decode()
    assert bob.post(decide, {"decision": "claim"}).status_code == 403
    assert erin.post(decide, {"decision": "whatever"}).status_code == 400


def many(count: int) -> tuple[list[FeedPost], list[FeedMessage]]:
    """So many people who ask, every third of whom is answered, with marks of all kinds around them."""
    people = [make.message(n, QUESTION, who=f"who{n}", ago=hours(n)) for n in range(1, count + 1)]
    answers = [
        reply(n, ago=hours(n - 0.5), conversation_id=f"m{n}", parent_id=f"m{n}")
        for n in range(1, count + 1, 3)
    ]
    return answers, people


@pytest.mark.parametrize("count", [3, 90])
def test_the_page_costs_the_same_number_of_queries(count: int, django_assert_num_queries: Any) -> None:
    cast = make.cast()
    answers, people = many(count)
    make.pulled(cast.theatre, *answers, messages=people)
    with scope([cast.theatre.pk]):
        for n in range(2, count, 9):
            asked = message(cast.theatre, f"m{n}")
            conversation_marks.decide(asked, "elsewhere", by=cast.erin, now=make.NOW)
        with django_assert_num_queries(11):
            conversation_page.page(cast.theatre, now=make.NOW)


def test_a_removed_answer_leaves_somebody_waiting_again() -> None:
    cast = make.cast()
    answers, people = many(1)
    connection = make.pulled(cast.theatre, *answers, messages=people)
    assert states(cast.theatre) == {"id-who1": State.ANSWERED}

    class Gone:
        """A network that says a post is no longer there."""

        def batches(self, cursor: Any, *, now: Any) -> Any:
            """One batch."""
            yield Batch(removed=("1",), complete=True)

    pull.pull(connection, Gone(), now=make.NOW)
    assert states(cast.theatre) == {"id-who1": State.WAITING}


def test_whoever_is_forgotten_leaves_no_mark_and_no_claim() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, messages=[make.message(1, QUESTION), make.message(2, QUESTION, who="ben")])
    with scope([cast.theatre.pk]):
        for external_id in ("m1", "m2"):
            conversation_marks.decide(message(cast.theatre, external_id), "claim", by=cast.erin, now=make.NOW)
        conversation_marks.decide(message(cast.theatre), "elsewhere", by=cast.erin, now=make.NOW)
        assert forgetting.forget_person(cast.theatre, "twitter", "id-ana", now=make.NOW) == 1
        assert [claim.person for claim in ConversationClaim.across_organizations.all()] == ["id-ben"]
        assert cast.theatre.conversationmarks.count() == 0
        assert [(week.elsewhere, len(week.waiting_since)) for week in cast.theatre.answerweeks.all()] == [
            (0, 1)
        ]
    assert names(page(cast.theatre).waiting) == ["Ben"]
