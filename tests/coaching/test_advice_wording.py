"""Every code the coach can say has a sentence, and the sentences read well."""

from __future__ import annotations

from datetime import date

import pytest

from coaching import advice_wording, draft_wording, figure_wording
from coaching.advice_wording import percent, suggestion
from coaching.judgement.advice import EVIDENCE, Advice
from coaching.judgement.answering import Intent, State
from coaching.judgement.choosing import all_advice
from coaching.judgement.draft import Hint
from coaching.judgement.goals import share_progress
from coaching.judgement.intervals import Median, NotKnown, TooFew, share
from coaching.judgement.metrics import METRICS
from coaching.judgement.outcome import Outcome, Visible, Word
from coaching.judgement.people_figures import Regular
from coaching.judgement.post_length import Length
from coaching.judgement.praise import earned
from coaching.judgement.repost_ideas import Idea
from coaching.judgement.rules import RULES
from coaching.judgement.verdict import Kind
from tests.judgement.cast import NOW, account, posts, runs

PARAMS: dict[str, str | int | float] = {
    "k": 3, "n": 20, "over_weeks": 4, "waiting": 2, "days": 6, "silent": 3, "complaints": 4,
    "complaints_answered": 3, "hours": 4.0, "others": 1, "mark": "question", "times": 2.5, "hour": 19,
    "bare": 5, "credits": 4, "row": 5, "most": 7, "bursts": 12, "posts": 20, "people": 2,
    "person": "ana", "regulars": 6, "asked": 3,
}  # fmt: skip


def advice(rule: str, evidence: str = "own_feed", **params: str | int | float) -> Advice:
    return Advice(
        rule, "reply_share", 0.05, 0.2, evidence, 0.5, date(2026, 6, 7), (), params={**PARAMS, **params}
    )


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_words_without_gaps(rule: str) -> None:
    words = suggestion(advice(rule), date(2026, 6, 8))
    for sentence in (words.title, words.reason, words.goal):
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert sentence[0] == sentence[0].upper()
    assert "  " not in words.reason


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_every_source_names_its_year_and_kind(evidence: str) -> None:
    words = suggestion(advice("ask_questions", evidence))
    if evidence != "own_feed":
        assert str(EVIDENCE[evidence].year) in words.source
        assert any(
            kind in words.source
            for kind in ("(study)", "(vendor study)", "(rule of thumb)", "(platform rule)")
        )
    assert words.evidence.endswith(".")
    assert "cause" not in words.evidence.replace("not proof of a cause", "")


def test_a_suggestion_reads_like_a_person() -> None:
    words = suggestion(advice("join_conversations", "guo_saxton", k=0, n=23), date(2026, 6, 8))
    assert words.title == "Answer one person, or join one conversation, every working day."
    assert words.reason == "In the last 4 weeks, none of your 23 posts answered somebody."
    assert words.source == "Guo & Saxton, Nonprofit and Voluntary Sector Quarterly 47(1), 2018 (study)"
    assert words.goal == "Goal: posts that answer somebody from 5% to 20%, within 8 weeks."


def test_a_goal_already_reached_is_to_be_kept() -> None:
    assert advice_wording.goal("answer_rate", 0.9, 0.9, 8) == (
        "Goal: keep people who asked and were answered at 90%, for 8 weeks."
    )


def test_an_old_archive_is_spoken_of_by_its_date() -> None:
    words = suggestion(advice("ask_questions"), date(2027, 1, 1))
    assert words.reason.startswith("In the 4 weeks up to 7 June 2026, 3 of your 20 posts")


def test_one_person_waits_and_three_wait() -> None:
    one = suggestion(advice("answer_who_waits", waiting=1, days=1)).reason
    assert one.startswith("1 person has waited longer than you aim at, the longest for more than a day.")
    more = suggestion(advice("answer_who_waits", waiting=3, days=0)).reason
    assert more.startswith("3 people have waited longer than you aim at, the longest for less than a day.")


def test_what_the_rules_really_say_can_be_worded() -> None:
    regulars = tuple(Regular(str(number), 3, NOW) for number in range(6))
    spoken = all_advice(
        account(
            posts(40, Kind.PITCH, hashtags=4, bait=True, repeats=1, credit=True),
            posts(20, start=100, surface="thread"),
            posts(8, Kind.SHARE, start=200, surface="share", own_words=False),
            runs=runs(3, Intent.COMPLAINT)
            + runs(9, Intent.PRAISE, State.WAITING, start=20)
            + runs(4, state=State.WAITING, start=60),
            regulars=regulars,
            lost=regulars,
        )
    )
    assert len(spoken) >= 12
    for one in spoken:
        assert "{" not in suggestion(one).reason


def test_a_little_is_never_shown_as_nothing_nor_a_part_as_all() -> None:
    assert [percent(value) for value in (0, 0.001, 0.4, 0.999, 1)] == [0, 1, 40, 99, 100]


def test_intervals_in_words() -> None:
    assert figure_wording.share_words(share(40, 100)) == "about 40%, between 31 and 50"
    assert figure_wording.share_words(TooFew(4, 10)) == "too few to say (4 of at least 10)"
    assert figure_wording.share_words(NotKnown("archive")) == "not known from an archive"
    assert figure_wording.wait_words(Median(3, 0.5, 50, 9)) == "about 3 hours, between 30 minutes and 2 days"
    assert figure_wording.wait_words(Median(1, 0.001, None, 9)) == "about 1 hour, at least 1 minute"
    assert figure_wording.wait_words(Median(None, 1, None, 9)) == "more than half got no answer"
    assert figure_wording.turns_words(Median(1.5, 1, 2, 9)) == "1.5 turns"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "none"),
        (0.05, "about one in twenty"),
        (0.25, "about a quarter"),
        (1 / 3, "about a third"),
        (0.46, "nearly half"),
        (0.5, "about half"),
        (0.97, "nearly all"),
        (1, "all"),
    ],
)
def test_fractions_in_words(value: float, words: str) -> None:
    assert figure_wording.fraction_words(value) == words


def test_every_metric_has_a_name() -> None:
    assert set(advice_wording.METRICS) == set(METRICS)


def test_outcomes_say_what_happened_and_never_why() -> None:
    better = Outcome(Word.BETTER, "reply_share", 0.1, 0.31, 0.21, 0.1, 0.3)
    assert figure_wording.outcome_word(better) == "Better since"
    assert figure_wording.outcome_sentence(better) == (
        "Better since: posts that answer somebody went from 10% to 31%. Other things may have helped."
    )
    early = Outcome(Word.TOO_EARLY, "reply_share", until=date(2026, 8, 2))
    assert figure_wording.outcome_sentence(early) == "Too early: we compare after 2 August 2026."
    unknown = Outcome(Word.CANNOT_KNOW, "reply_share", reason="few_cases_after")
    assert figure_wording.outcome_sentence(unknown) == "Cannot know: there were too few cases since."
    same = Outcome(Word.NO_CLEAR_CHANGE, "reply_share", 0.1, 0.12)
    assert (
        figure_wording.outcome_sentence(same)
        == "No clear change: posts that answer somebody, 10% before and 12% since."
    )


def test_from_which_change_on_it_can_be_seen() -> None:
    said = figure_wording.visible_sentence("reply_share", Visible(0.12, 0.1), 1)
    assert said == (
        "We will compare with the weeks before those: 10% then (posts that answer somebody). "
        "A difference can be seen from about 22% on."
    )
    assert "too few" in figure_wording.visible_sentence("reply_share", None, 1)
    assert "hardly" in figure_wording.visible_sentence("hashtag_share", Visible(0.5, 0.3), -1)


def test_praise_ideas_and_progress_in_words() -> None:
    spoken = earned(account(posts(30, Kind.CONVERSE, question=True, mentions=1), runs=runs(12)), at_most=9)
    assert len(spoken) >= 5
    sentences = {praise.code: figure_wording.praise_sentence(praise) for praise in spoken}
    assert (
        sentences["converse_share"]
        == "Well done: all of your last 30 posts are conversation, far more than most."
    )
    assert sentences["answer_rate"].startswith("Well done: 12 of 12 people")
    assert (
        figure_wording.idea_words(Idea("m1", "ana", 3.0, ("thanks", "picture")))
        == "thanks you, has a picture"
    )
    assert figure_wording.progress_word(share_progress(TooFew(1, 10), 0.5)) == "not known yet"


def test_draft_hints_and_length_in_words() -> None:
    assert "#visitus" in draft_wording.hint(Hint("camel_case", phrase="#visitus"))
    assert "@ana" in draft_wording.prompt(Hint("starts_with_handle", phrase="@ana"))
    assert draft_wording.length(Length("twitter", 34, 280)) == "34 of 280 characters, 246 left"
    assert draft_wording.length(Length("twitter", 281, 280)) == "1 character too many"
