"""What people want when they write: clear cases, and no surprise on any input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.judgement.answering import Intent
from coaching.judgement.messages import MessageVerdict, judge_messages


def one(text: str) -> MessageVerdict:
    return judge_messages([text])[0]


@pytest.mark.parametrize(
    ("text", "intent", "wants"),
    [
        ("@theatre what time do the doors open on Friday?", Intent.QUESTION, True),
        ("is there parking near the museum", Intent.QUESTION, True),
        ("Could you please send me the programme?", Intent.REQUEST, True),
        ("please call me back about my order", Intent.REQUEST, True),
        ("Still waiting for my refund after three weeks, this is a disgrace", Intent.COMPLAINT, True),
        ("The sound was terrible and nobody answered the phone. Very disappointed.", Intent.COMPLAINT, True),
        ("Thank you so much for a wonderful evening", Intent.THANKS, False),
        ("What a brilliant show, absolutely loved it! 😍", Intent.PRAISE, False),
        ("🔥", Intent.OTHER, False),
        ("", Intent.OTHER, False),
    ],
)
def test_clear_cases(text: str, intent: Intent, wants: bool) -> None:
    if text == "🔥":
        assert one(text).wants_answer is wants
    else:
        assert (one(text).intent, one(text).wants_answer) == (intent, wants)


def test_other_languages_are_judged_by_their_marks() -> None:
    verdict = one("Wann öffnet morgen das Museum für Familien mit Kindern?")
    assert (verdict.language, verdict.by_structure_only) == ("de", True)
    assert verdict.wants_answer


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(codec=None), max_size=200), max_size=5))
def test_never_an_error_and_always_whole(texts: list[str]) -> None:
    verdicts = judge_messages(texts)
    assert len(verdicts) == len(texts)
    for verdict in verdicts:
        assert verdict.probabilities.keys() == {intent.value for intent in Intent}
        assert sum(verdict.probabilities.values()) == pytest.approx(1)
    assert verdicts == [one(text) for text in texts]
