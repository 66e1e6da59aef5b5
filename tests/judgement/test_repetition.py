"""Copies of one text are found whatever links and handles stand in them, and only within the window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.judgement.repetition import RepeatFinder, repeats

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
SORRY = "@{name} We have looked into this and our soup is safe. Read more here: https://example.org/{name}"


def hours(count: int) -> datetime:
    return START + timedelta(hours=count)


def test_a_template_sent_to_many_people_is_counted() -> None:
    posts = [(hours(i), SORRY.format(name=name)) for i, name in enumerate(["ana", "ben", "cy", "dee"])]
    assert repeats(posts) == [0, 1, 2, 3]


def test_small_changes_are_still_the_same_text() -> None:
    posts = [
        (hours(0), "Our soup kitchen opens tonight at seven, bring a bowl and a friend along"),
        (hours(1), "Our soup kitchen opens tonight at eight, bring a bowl and a friend along!"),
        (hours(2), "Our soup kitchen opens tonight at seven — bring a bowl and a friend along 🍲"),
    ]
    assert repeats(posts) == [0, 1, 2]


def test_different_texts_and_short_thanks_are_no_copies() -> None:
    posts = [
        (hours(0), "Our soup kitchen opens tonight at seven, bring a bowl and a friend along"),
        (hours(1), "The lighthouse lamp was lit for the first time in a hundred years last night"),
        (hours(2), "@ana Thank you!"),
        (hours(3), "@ben Thank you!"),
        (hours(4), ""),
    ]
    assert repeats(posts) == [0, 0, 0, 0, 0]


def test_what_lies_before_the_window_is_forgotten() -> None:
    finder = RepeatFinder(window=timedelta(weeks=2))
    text = "Our soup kitchen opens tonight at seven, bring a bowl and a friend along"
    assert finder.add(START, text) == 0
    assert finder.add(START + timedelta(weeks=1), text) == 1
    assert finder.add(START + timedelta(weeks=5), text) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec=None), max_size=60), max_size=12))
def test_any_text_is_taken(texts: list[str]) -> None:
    found = repeats([(hours(i), text) for i, text in enumerate(texts)])
    assert len(found) == len(texts)
    assert all(0 <= count <= i for i, count in enumerate(found))
