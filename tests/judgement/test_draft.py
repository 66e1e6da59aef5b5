"""The draft coach: length by the network's rules, hints for reading, prompts for talk; and marks of texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.judgement.draft import check, more_social, prompts, reading_hints
from coaching.judgement.marks import read_marks
from coaching.judgement.post_length import length, links, weighted
from coaching.judgement.verdict import Basis, Kind, Verdict


def verdict(kind: Kind | None, score: int | None = 50) -> Verdict:
    return Verdict(kind, score, {}, Basis.TEXT)


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("a" * 280, 280),
        ("naïve café", 10),
        ("e\u0301", 1),  # composed first
        ("日本語", 6),
        ("“quoted” – dash…", 17),  # … weighs 2,
        ("👨‍👩‍👧‍👦", 2),
        ("👍🏽", 2),
        ("🇬🇧🇫🇷", 4),
        ("1️⃣", 2),
        ("❤️", 2),
        ("see http://a.co", 4 + 23),
        ("see https://theatre.example.com/a/very/long/path?with=questions#and-anchors now", 4 + 23 + 4),
        ("Visit example.com.", 6 + 23 + 1),
        ("(http://example.com/a_(b))", 1 + 23 + 1),
        ("mail me@example.com", 19),
        ("version 3.14 e.g. this", 22),
    ],
)
def test_weighted_length_of_x(text: str, weight: int) -> None:
    assert weighted(text) == weight


def test_the_border_of_x_and_of_facebook() -> None:
    assert length("a" * 280, "twitter").fits
    assert length("a" * 281, "twitter").left == -1
    assert length("👨‍👩‍👧‍👦", "facebook").used == 7
    assert length("a" * 63_206, "facebook").left == 0
    with pytest.raises(KeyError):
        length("a", "elsewhere")


@given(st.text(max_size=200))
def test_any_text_has_a_length_and_a_check(text: str) -> None:
    assert 0 <= weighted(text) <= max(2 * len(text), 23 * len(text))
    found = check(text, "twitter", verdict(None, None))
    assert len(found.prompts) <= 3
    assert all(0 <= start < end <= len(text) for start, end in links(text))


def codes(text: str, **rest: int) -> list[str]:
    return [hint.code for hint in reading_hints(text, **rest)]


def test_a_picture_wants_a_description() -> None:
    assert codes("Look", pictures=2, described=1) == ["alt_text"]
    assert codes("Look", pictures=2, described=2) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#visitourmuseum", ["camel_case"]),
        ("#VisitOurMuseum", []),
        ("#museum", []),
        ("Yay 🎉🎉🎉", ["emoji_row"]),
        ("Yay 🎉 🎉", []),
        ("𝓣𝓸𝓷𝓲𝓰𝓱𝓽 only", ["fancy_letters"]),
        ("LAST CHANCE BUY TICKETS NOW", ["shouting"]),
        ("We love the BBC", []),
        ("See HTTPS://EXAMPLE.COM/ABC/DEF now", []),
    ],
)
def test_reading_hints(text: str, found: list[str]) -> None:
    assert codes(text) == found


def prompted(text: str, kind: Kind | None, network: str = "twitter", **rest: int) -> list[str]:
    return [hint.code for hint in prompts(text, network, verdict(kind), **rest)]


def test_a_pitch_is_asked_for_something_for_everybody() -> None:
    assert prompted("Tickets on sale now https://example.com", Kind.PITCH) == [
        "something_for_those_who_cannot_come",
        "say_why_you_pass_it_on",
        "ask_something",
    ]


def test_conversation_is_left_alone() -> None:
    assert prompted("Thank you @ana, what a lovely evening that was", Kind.CONVERSE) == []


def test_what_stands_in_the_way_comes_first_even_in_conversation() -> None:
    assert prompted("Tag a friend who needs this!", Kind.CONVERSE) == ["opinion_not_bait"]
    assert prompted("@ana is our new director", Kind.CONVERSE) == ["starts_with_handle"]
    assert prompted("@ana is our new director", Kind.CONVERSE, network="facebook") == []
    assert prompted("Why do you like it?", Kind.CONVERSE) == ["which_not_why"]


def test_an_empty_draft_gets_no_prompts() -> None:
    assert check("  ", "twitter").prompts == ()


def test_which_of_two_versions_is_more_social() -> None:
    assert more_social(verdict(Kind.CONVERSE, 80), verdict(Kind.PITCH, 20)) == 1
    assert more_social(verdict(Kind.PITCH, 20), verdict(Kind.CONVERSE, 80)) == 2
    assert more_social(verdict(Kind.PITCH, 20), verdict(Kind.PITCH, 24)) == 0
    assert more_social(verdict(None, None), verdict(Kind.PITCH, 24)) == 0


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Have you ever been to Amsterdam?", True),
        ("Did you know that it opened in 1911?", False),
        ("Looking for a present? Buy vouchers", False),
        ("Looking for a present? Which of these would you like?", True),
        ("See https://example.com/?q=1", False),
        ("どう思いますか？", True),
        ("No question here.", False),
    ],
)
def test_what_is_a_question(text: str, asks: bool) -> None:
    assert read_marks(text).question is asks


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Thanks so much, @ana", "thanks"),
        ("Danke, Leute", "thanks"),
        ("📷 Jane Doe", "credit"),
        ("Photo: Jane Doe", "credit"),
        ("Lovely piece via @ana", "credit"),
        ("Like and share to win", "bait"),
        ("RT if you agree", "bait"),
        ("Tag a friend who would love it", "bait"),
    ],
)
def test_marks(text: str, mark: str) -> None:
    assert getattr(read_marks(text), mark) is True


@pytest.mark.parametrize(
    "text", ["We like it if it rains", "Please share your memories of the old hall", "Photos soon"]
)
def test_a_real_request_is_no_bait(text: str) -> None:
    marks = read_marks(text)
    assert (marks.bait, marks.credit) == (False, False)


def test_handles_hashtags_and_own_words() -> None:
    marks = read_marks("So true! RT @ana: with #Verdi and #1 at me@example.com and https://x.com/@bob #été")
    assert (marks.mentions, marks.hashtags, marks.own_words) == (("ana",), ("Verdi", "été"), True)
    assert read_marks("RT @ana: hello").own_words is False
