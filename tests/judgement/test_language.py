"""Languages: plain English is seen at once, others by the library, nothing is guessed from nothing."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.judgement.language import language
from coaching.judgement.tokens import _WHOLE, cut, places


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
    where = places(text, raws)
    assert language(words) == of(text)
    assert len(words) == len(raws)
    assert [text[start:end] for start, end in where] == raws
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(where))


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab@#.:;,)(-_&8<3D!? \n'é🎭h\u0301https://"), max_size=40))
def test_tokens_stand_where_the_pattern_finds_them(text: str) -> None:
    """Places are sought by the letters of the tokens, which is quicker than cutting once more."""
    found = [match.span(1) for match in _WHOLE.finditer(text)]
    assert places(text, cut(text)[0]) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We zijn vandaag open en jij bent van harte welkom in ons theater", "nl"),
        ("Vandaag is het open dag of was je er al? Kom over een uur", "nl"),
        ("Wat is dit een mooie week, het was open huis", "nl"),
        ("Ons is vanaand oop en jy is baie welkom by die teater in die stad", "af"),
        ("Vi har åbent i dag, og du er meget velkommen til at have det sjovt med os", "da"),
        ("Wir will und kann the Voice am Montag im alten Theater sehen, kommt vorbei", "de"),
        ("Esta noche we are en el teatro viejo con todos nuestros amigos del barrio", "es"),
        ("Nous sommes heureux de vous accueillir ce soir au théâtre pour the show", "fr"),
    ],
)
def test_a_few_english_words_make_no_other_language_english(text: str, code: str) -> None:
    assert of(text) == code
