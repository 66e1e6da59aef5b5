"""What could be shared this week, and what deserves praise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from coaching.judgement.answering import Intent
from coaching.judgement.praise import earned
from coaching.judgement.repost_ideas import Spoken, repost_ideas
from coaching.judgement.verdict import Kind
from tests.judgement.cast import NOW, account, posts, runs

PRAISE = Spoken("m1", NOW - timedelta(days=1), "ana", Intent.PRAISE, length=80)


def test_praise_with_credit_and_a_picture_comes_first() -> None:
    ideas = repost_ideas(
        [
            PRAISE,
            replace(PRAISE, id="m2", person="bob", credits=True, media=True),
            replace(PRAISE, id="m3", person="cai", intent=Intent.OTHER),
        ],
        NOW,
    )
    assert [(idea.id, idea.reasons) for idea in ideas] == [
        ("m2", ("praise", "credits", "picture")),
        ("m1", ("praise",)),
        ("m3", ("mention",)),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"intent": Intent.COMPLAINT},
        {"intent": Intent.REQUEST},
        {"intent": None},
        {"intent": Intent.QUESTION},
        {"shared": True},
        {"length": 14},
        {"at": NOW - timedelta(days=7, seconds=1)},
        {"at": NOW + timedelta(seconds=1)},
    ],
)
def test_what_is_never_proposed(change: dict[str, object]) -> None:
    assert repost_ideas([replace(PRAISE, **change)], NOW) == ()  # type: ignore[arg-type]


def test_the_borders_are_in() -> None:
    assert repost_ideas([replace(PRAISE, length=15, at=NOW - timedelta(days=7))], NOW)
    assert repost_ideas([replace(PRAISE, length=2, media=True)], NOW)


def test_one_idea_a_person_and_five_in_all() -> None:
    same = [replace(PRAISE, id=f"m{n}", at=NOW - timedelta(hours=n)) for n in range(4)]
    assert [idea.id for idea in repost_ideas(same, NOW)] == ["m0"]
    many = [replace(PRAISE, id=f"m{n}", person=n) for n in range(9)]
    assert len(repost_ideas(many, NOW)) == 5
    assert repost_ideas([], NOW) == ()


def test_praise_is_only_said_where_it_is_earned() -> None:
    assert earned(account()) == ()
    assert earned(account(posts(50))) == ()
    assert earned(account(posts(9, Kind.CONVERSE))) == ()
    (praise,) = earned(account(posts(30, Kind.CONVERSE)))
    assert (praise.code, praise.value, praise.examples) == ("converse_share", 1.0, (0, 1, 2))


def test_answering_everybody_is_praised() -> None:
    assert earned(account(posts(50), runs=runs(12)))[0].code == "answer_rate"
    assert {one.code for one in earned(account(posts(50), runs=runs(12)), at_most=9)} == {
        "answer_rate",
        "in_time_share",
    }


def test_a_kind_word_does_not_contradict_the_headline() -> None:
    asking = posts(20, Kind.ANNOUNCE, question=True)
    assert earned(account(asking)) == ()
    (praise,) = earned(account(posts(14, Kind.ANNOUNCE, question=True), posts(6, Kind.SHARE)))
    assert praise.code == "question_share"
