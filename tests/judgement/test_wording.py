"""Every code the judge can give has a sentence."""

from __future__ import annotations

from coaching import wording
from coaching.judgement.features import SIGNALS
from coaching.judgement.reasons import BASE, OTHER_WORDING
from coaching.judgement.verdict import Reason


def test_every_signal_has_a_sentence_and_no_sentence_is_left_over() -> None:
    assert set(wording.SENTENCES) == {*SIGNALS, BASE, OTHER_WORDING}


def test_a_phrase_stands_in_its_sentence() -> None:
    text = "Get your tickets now"
    assert wording.explain(Reason("sells", -1.0, 0, 16), text) == "tells people to buy: ‘Get your tickets’"
    assert wording.explain(Reason("answers_other", 1.0), text) == "answers another person"


def test_long_phrases_are_cut_and_unknown_codes_still_say_something() -> None:
    text = "word " * 60
    assert len(wording.explain(Reason("asks_reader", 1.0, 0, 300), text)) < 110
    assert "word" in wording.explain(Reason("from_a_later_judge", 1.0, 0, 4), text)
