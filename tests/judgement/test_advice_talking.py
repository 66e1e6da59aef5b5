"""Rules about talking, each with the account that makes it speak and the one where it just stays silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coaching.judgement.picture import AccountPicture, Targets
from coaching.judgement.rules import talking
from coaching.judgement.verdict import Kind
from tests.judgement.cast import NOW, account, posts


def replying(replies: int, of: int = 20) -> AccountPicture:
    return account(posts(of - replies), posts(replies, Kind.CONVERSE, start=100, surface="reply"))


def test_join_conversations_speaks_where_hardly_anything_is_a_reply() -> None:
    advice = talking.join_conversations(replying(3))
    assert advice is not None
    assert (advice.metric, advice.baseline, advice.target) == ("reply_share", 0.15, 0.30)
    assert advice.examples == (100, 101, 102)  # newest first
    assert advice.params["n"] == 20


def test_join_conversations_is_silent_from_a_fifth_on() -> None:
    assert talking.join_conversations(replying(4)) is None


def test_join_conversations_is_silent_where_the_source_does_not_tell_replies() -> None:
    assert talking.join_conversations(account(posts(50, replies_known=False))) is None


def test_ask_questions_speaks_below_the_organizations_own_target() -> None:
    picture = account(posts(19), posts(1, start=100, question=True))
    advice = talking.ask_questions(picture)
    assert advice is not None
    assert (advice.baseline, advice.target, advice.examples) == (0.05, 0.15, (100,))
    assert (
        talking.ask_questions(
            account(posts(19), posts(1, question=True), targets=Targets(question_share=0.05))
        )
        is None
    )


def test_a_sales_hook_is_no_question() -> None:
    advice = talking.ask_questions(account(posts(10, Kind.PITCH, question=True), posts(3, start=50)))
    assert advice is not None
    assert advice.baseline == 0
    assert set(advice.examples) == {50, 51, 52}


def test_ask_questions_is_silent_with_nine_posts() -> None:
    assert talking.ask_questions(account(posts(9))) is None


def test_threads_are_not_talk_speaks_where_most_replies_go_to_ourselves() -> None:
    picture = account(posts(6, surface="thread"), posts(4, Kind.CONVERSE, start=50, surface="reply"))
    advice = talking.threads_are_not_talk(picture)
    assert advice is not None
    assert (advice.baseline, advice.params["others"]) == (0.6, 4)
    assert set(advice.examples) < {0, 1, 2, 3, 4, 5}


def test_threads_are_not_talk_is_silent_where_others_get_half() -> None:
    assert (
        talking.threads_are_not_talk(account(posts(5, surface="thread"), posts(5, surface="reply"))) is None
    )


@pytest.mark.parametrize(("converse", "speaks"), [(0, True), (5, True), (6, False)])
def test_more_conversation_speaks_below_the_research_baseline(converse: int, speaks: bool) -> None:
    advice = talking.more_conversation(
        account(posts(20 - converse), posts(converse, Kind.CONVERSE, start=50))
    )
    assert (advice is not None) is speaks


def test_more_conversation_shows_their_own_best_and_else_an_announcement() -> None:
    good = posts(1, Kind.CONVERSE, start=50, score=90)
    advice = talking.more_conversation(account(posts(20), posts(1, Kind.CONVERSE, start=60, score=55), good))
    assert advice is not None
    assert advice.examples == (50, 60)
    plain = talking.more_conversation(account(posts(20)))
    assert plain is not None
    assert set(plain.examples) == {0, 1, 2}


def test_repeat_what_starts_talk_finds_the_mark_that_goes_with_answers() -> None:
    picture = account(
        posts(10, question=True, replies=3),
        posts(20, start=50, replies=0),
        posts(2, start=80, replies=1),
    )
    advice = talking.repeat_what_starts_talk(picture)
    assert advice is not None
    assert (advice.params["mark"], advice.evidence) == ("question", "own_feed")
    assert advice.params["times"] == pytest.approx(1 / (3 / 23), abs=0.05)


def test_repeat_what_starts_talk_is_silent_where_answers_are_not_known_or_nothing_helps() -> None:
    assert talking.repeat_what_starts_talk(account(posts(40))) is None
    assert (
        talking.repeat_what_starts_talk(account(posts(10, replies=1), posts(20, start=50, replies=0))) is None
    )


def test_few_posts_lately_make_the_rule_look_at_twelve_weeks() -> None:
    sparse = [post for number in range(12) for post in posts(1, start=number)]
    spread = tuple(
        type(post)(id=post.id, at=NOW - timedelta(weeks=number), kind=post.kind, surface="timeline")
        for number, post in enumerate(sparse)
    )
    advice = talking.ask_questions(account(spread))
    assert advice is not None
    assert len(advice.trigger_weeks) == 12
    recent = talking.ask_questions(account(posts(100)))
    assert recent is not None
    assert recent.trigger_weeks == account().weeks[-4:]
