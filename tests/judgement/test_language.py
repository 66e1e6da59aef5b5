"""Languages: plain English is seen at once, others by the library, nothing is guessed from nothing."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.judgement.language import language
from coaching.judgement.tokens import cut, places


def of(text: str) -> str | None:
    return language(cut(text)[1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Thank you all for coming to the show last night, it was a joy", "en"),
        ("Doors open seven sharp", "en"),
        ("Heute Abend spielen wir im alten Hafen, kommt alle vorbei und bringt eure Freunde mit", "de"),
        ("Esta noche tocamos en el puerto viejo, venid todos y traed a vuestros amigos", "es"),
        ("Ce soir nous jouons au vieux port, venez nombreux avec vos amis", "fr"),
        ("今夜は古い港で演奏します。お友達と一緒に来てください", "ja"),
        ("سنعزف الليلة في الميناء القديم، تعالوا جميعا مع أصدقائكم", "ar"),
        ("Great photo, thank you! RT @ana Esta noche tocamos en el puerto viejo con amigos", "en"),
    ],
)
def test_known_languages(text: str, code: str) -> None:
    assert of(text) == code


@pytest.mark.parametrize("text", ["", "🎭", "https://example.org", "@ana #theatre", "123"])
def test_nothing_written_is_no_language(text: str) -> None:
    assert of(text) is None


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text_is_taken_and_spans_are_in_order(text: str) -> None:
    raws, words = cut(text)
    where = places(text)
    assert language(words) == of(text)
    assert len(words) == len(raws)
    assert [text[start:end] for start, end in where] == raws
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(where))
