"""What the judge says of posts: obvious cases, exact reasons, no surprise on any input."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.judgement.judge import judge
from coaching.judgement.verdict import SOCIAL, Basis, Facts, Kind, Verdict

ANSWER = Facts(network="twitter", surface="reply", reply_to_other=True, reply_to_self=False, share=False)
ALONE = Facts(network="twitter", surface="timeline", reply_to_other=False, reply_to_self=False, share=False)

anything = st.text(st.characters(codec=None), max_size=400)
facts = st.builds(
    Facts,
    network=st.sampled_from([None, "twitter", "facebook"]),
    surface=st.sampled_from([None, "timeline", "reply", "comment", "thread", "share"]),
    reply_to_other=st.sampled_from([None, True, False]),
    reply_to_self=st.sampled_from([None, True, False]),
    share=st.sampled_from([None, True, False]),
    link=st.sampled_from([None, True, False]),
    media=st.sampled_from([None, True, False]),
    repeats=st.integers(0, 50),
)
POSTS = [
    "@ana Thank you so much for coming last night, we hope you enjoyed it!",
    "Book now! Tickets from £12 at https://example.org/tickets",
    "We are proud to announce our new season.",
    "What was the first play you ever saw?",
    "RT @bob: the harbour lights are back on",
]


def one(text: str, told: Facts | None = None, intercept: float = 0.0) -> Verdict:
    return judge([(text, told or Facts())], intercept=intercept)[0]


def chance(verdict: Verdict) -> float:
    return verdict.probabilities["converse"] + verdict.probabilities["share"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("@ana Thank you so much for coming, we hope you enjoyed the show!", Kind.CONVERSE),
        ("So sorry to hear that, Ben. Could you send us your order number? ^KT", Kind.CONVERSE),
        ("Great photo! RT @ana our day at the museum", Kind.CONVERSE),
        ("What is your favourite play? Tell us below, we'd love to know.", Kind.CONVERSE),
        ("Congratulations to everyone who ran for us on Sunday, well done!", Kind.CONVERSE),
        ("RT @harbourlights: the lamps are lit again from tonight", Kind.SHARE),
        ("Book now! Tickets from £12: https://example.org/tickets", Kind.PITCH),
        ("Please donate today. £10 feeds a family for a week. https://example.org/give", Kind.PITCH),
        ("Sign the petition and share it: https://example.org/sign", Kind.PITCH),
        ("We are proud to announce that Jo Marsh has been appointed director.", Kind.ANNOUNCE),
        ("Quarterly report: visitor numbers rose by 4% in 2024.", Kind.ANNOUNCE),
    ],
)
def test_clear_cases(text: str, kind: Kind) -> None:
    assert one(text).kind is kind


def test_bait_is_not_conversation() -> None:
    for text in ("LIKE and SHARE if you agree! Tag a friend!", "Tag a friend and share to win a hamper!"):
        assert one(text).kind not in SOCIAL


def test_the_same_text_again_and_again_is_broadcast_whatever_it_says() -> None:
    text = "Thank you so much for coming to see us, we hope you enjoyed the show!"
    assert one(text, ANSWER).kind is Kind.CONVERSE
    often = one(text, Facts(surface="reply", reply_to_other=True, repeats=12))
    assert often.kind not in SOCIAL
    assert {reason.code for reason in often.reasons} >= {"repeats_often", "answers_other"}


def test_a_thread_does_not_count_as_answering() -> None:
    text = "The lamp was built in 1902 by a clockmaker."
    own = Facts(surface="thread", reply_to_other=False, reply_to_self=True, share=False)
    assert "answers_other" not in {reason.code for reason in one(text, own).reasons}
    assert chance(one(text, own)) <= chance(one(text, ANSWER))


def test_a_leading_handle_does_not_decide_alone() -> None:
    assert one("@ana_b Book now! Tickets from £12: https://example.org/tickets").kind is Kind.PITCH
    assert one("Thank you so much for coming, we hope you enjoyed the show!").kind is Kind.CONVERSE


def test_where_the_network_says_it_answers_nobody_a_handle_in_front_is_only_a_name() -> None:
    codes = {reason.code for reason in one("@ana opens at nine", ALONE).reasons}
    assert "opens_with_handle" not in codes


@pytest.mark.parametrize(
    "text", ["", "   ", "🎭🎭", "https://example.org/x", "#theatre #hull", "\x00\x01", "!!!"]
)
def test_too_little_to_judge(text: str) -> None:
    verdict = one(text)
    assert (verdict.kind, verdict.score, verdict.reasons) == (None, None, ())
    assert verdict.probabilities.keys() == {"converse", "share", "announce", "pitch"}
    assert sum(verdict.probabilities.values()) == pytest.approx(1, abs=0.001)


def test_an_answer_of_emoji_alone_is_judged_by_what_the_network_tells() -> None:
    verdict = one("🎭❤️", ANSWER)
    assert verdict.kind is Kind.CONVERSE
    assert verdict.basis is Basis.STRUCTURE


def test_basis_tells_what_there_was_to_go_by() -> None:
    assert one("Our new season is out").basis is Basis.TEXT
    assert one("Our new season is out", ALONE).basis is Basis.BOTH


def test_other_languages_are_judged_by_structure_and_say_so() -> None:
    french = "Merci beaucoup pour votre visite, nous espérons vous revoir très bientôt parmi nous"
    verdict = one(french, ANSWER)
    assert (verdict.language, verdict.by_structure_only, verdict.basis) == ("fr", True, Basis.STRUCTURE)
    assert verdict.kind is Kind.CONVERSE
    codes = {reason.code for reason in verdict.reasons}
    assert "answers_other" in codes
    assert "thanks" not in codes


@settings(max_examples=150, deadline=None)
@given(anything, facts)
def test_never_an_error_and_always_whole(text: str, told: Facts) -> None:
    verdict = one(text, told)
    assert sum(verdict.probabilities.values()) == pytest.approx(1, abs=0.001)
    if verdict.kind is None:
        assert verdict.score is None
    else:
        assert verdict.score is not None
        assert 0 <= verdict.score <= 100
        assert (verdict.kind in SOCIAL) is (verdict.score >= 50)
    for reason in verdict.reasons:
        assert (reason.start is None) is (reason.end is None)
        if reason.start is not None and reason.end is not None:
            assert 0 <= reason.start < reason.end <= len(text)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(POSTS), st.text(max_size=40), facts)
def test_base_and_reasons_and_other_wording_are_the_logit(text: str, tail: str, told: Facts) -> None:
    verdict = one(f"{text} {tail}", told)
    logit = sum(reason.weight for reason in verdict.reasons)
    assert 1 / (1 + math.exp(-logit)) == pytest.approx(chance(verdict), abs=0.005)
    assert verdict.reasons[-1].code == "base"
    assert verdict.reasons[-2].code == "other_wording"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(anything, facts), max_size=6))
def test_the_same_alone_and_in_a_batch_with_and_without_reasons(posts: list[tuple[str, Facts]]) -> None:
    together = judge(posts)
    assert together == [judge([post])[0] for post in posts]
    bare = judge(posts, reasons=False)
    assert [v.probabilities for v in bare] == [v.probabilities for v in together]
    assert all(verdict.reasons == () for verdict in bare)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(POSTS),
    st.from_regex(re.compile(r"[a-z]\w{0,14}", re.ASCII), fullmatch=True),
    st.from_regex(re.compile(r"[a-z0-9]{1,20}", re.ASCII), fullmatch=True),
)
def test_names_and_addresses_do_not_matter(text: str, handle: str, path: str) -> None:
    other = re.sub(r"@\w+", f"@{handle}", text)
    other = re.sub(r"https://\S+", f"https://{path}.example/{path}", other)
    assert one(other).probabilities == one(text).probabilities


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(POSTS), facts)
def test_answering_somebody_never_makes_a_post_less_social(text: str, told: Facts) -> None:
    base = Facts(reply_to_other=None, share=told.share, link=told.link, media=told.media)
    more = Facts(reply_to_other=True, share=told.share, link=told.link, media=told.media)
    assert chance(one(text, more)) >= chance(one(text, base))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(POSTS), st.integers(0, 40), st.integers(0, 40))
def test_more_copies_never_make_a_post_more_social(text: str, few: int, more: int) -> None:
    few, more = sorted((few, more))
    assert chance(one(text, Facts(repeats=more))) <= chance(one(text, Facts(repeats=few)))


@pytest.mark.parametrize("text", ["The doors of the hall are green.", "Our season has been printed."])
def test_obvious_additions_move_the_score_the_obvious_way(text: str) -> None:
    assert chance(one(f"Thank you so much! {text}")) > chance(one(text))
    assert chance(one(f"{text} Which one do you like best?")) > chance(one(text))
    assert chance(one(f"{text} Book your tickets now for £12.")) < chance(one(text))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("🎭🎭 Thank you, Ana!", "Thank you"),
        ("Cafe\u0301 cre\u0300me. Thank you, Ana!", "Thank you"),
        ("שלום @dana thank you so much for the lovely evening", "thank you"),
        ("Fish &amp; chips, thank you so much for that &lt;3", "thank you"),
        ("👩‍👩‍👧‍👦 thank you so much for this", "thank you"),
    ],
)
def test_marked_phrases_are_code_points_of_the_given_text(text: str, phrase: str) -> None:
    spans = [text[r.start : r.end] for r in one(text).reasons if r.code == "thanks" and r.start is not None]
    assert spans == [phrase]


def test_a_hundred_thousand_characters_are_no_trouble() -> None:
    assert one("thank you " * 10_000).kind is Kind.CONVERSE
    assert one("@" * 100_000).kind is None
    assert one("a" * 100_000).kind is not None
    assert one("a." * 50_000 + "com").kind is not None


def test_an_organization_can_shift_the_judge() -> None:
    text = "The doors of the hall are green."
    assert chance(one(text, intercept=2.0)) > chance(one(text)) > chance(one(text, intercept=-2.0))


def test_only_own_words_before_a_repost_are_judged() -> None:
    own = "Great photo! RT @ana"
    assert chance(one(f"{own} BUY TICKETS NOW £10 https://example.org #a #b #c")) == chance(
        one(f"{own} hello")
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("So glad you enjoyed it! See you in March", Kind.CONVERSE),
        ("Sign the petition to save our library https://example.org/a", Kind.PITCH),
        ("@bob Get 20% off tickets tonight only https://example.org/a", Kind.PITCH),
        ("@bob", None),
        ("@bob 😀", None),
    ],
)
def test_a_post_is_judged_by_what_it_says(text: str, kind: Kind | None) -> None:
    [verdict] = judge([(text, Facts())])
    assert verdict.kind == kind
    assert set(verdict.probabilities) == {"converse", "share", "announce", "pitch"}


def test_a_handle_alone_is_enough_where_the_network_says_it_answers() -> None:
    [verdict] = judge([("@bob", Facts(reply_to_other=True))])
    assert verdict.kind == Kind.CONVERSE


def test_a_full_name_says_who_somebody_is_and_calls_nobody() -> None:
    def codes(text: str) -> set[str]:
        return {reason.code for reason in judge([(text, Facts())])[0].reasons}

    assert "calls_by_name" not in codes("We are proud to announce our new artistic director, Jo Smith.")
    assert "calls_by_name" in codes("That one was always my favourite as well, Jo.")
