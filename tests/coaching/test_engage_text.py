"""How pages say things: marks never alter a text, times and shares are said as people say them."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils.html import strip_tags
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coaching.templatetags.engage_charts import bars, mix_bar, paths, stacked
from coaching.templatetags.engage_text import ago, in_words, initials, marked, segments, when

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def reason(start: int | None, end: int | None, weight: float, text: str = "why") -> SimpleNamespace:
    return SimpleNamespace(start=start, end=end, weight=weight, text=text, phrase="")


spans = st.tuples(st.integers(-3, 40), st.integers(-3, 40), st.floats(-3, 3, allow_nan=False))


@settings(suppress_health_check=[HealthCheck.too_slow])  # this machine may have other work
@given(st.text(max_size=30), st.lists(spans, max_size=6))
def test_marks_never_alter_a_text(text: str, found: list[tuple[int, int, float]]) -> None:
    reasons = [reason(start, end, weight) for start, end, weight in found]
    assert "".join(piece.text for piece in segments(text, reasons)) == text


def test_where_two_marks_overlap_the_heavier_keeps_the_words() -> None:
    light, heavy = reason(0, 8, 0.5), reason(5, 12, -2.0)
    pieces = segments("thank you all, book now", [light, heavy])
    assert [(piece.text, piece.reason) for piece in pieces] == [
        ("thank", light),
        (" you al", heavy),
        ("l, book now", None),
    ]


def test_a_fact_without_a_place_marks_nothing() -> None:
    assert marked("Hello", [reason(None, None, 2.0)]) == "Hello"


def test_marked_text_is_escaped_and_says_why() -> None:
    html = marked("<b>Book</b> now & here", [reason(3, 7, -1.0, 'asks to "buy"')])
    assert "<b>" not in html
    assert 'class="reason reason--away"' in html
    assert "asks to &quot;buy&quot;" in html
    assert strip_tags(html) == "&lt;b&gt;Book&lt;/b&gt; now &amp; here"


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(hours=26), "yesterday"),
        (timedelta(days=5), "5 days ago"),
        (timedelta(days=21), "3 weeks ago"),
        (timedelta(days=200), "6 May 2026"),
    ],
)
def test_a_moment_in_the_unit_that_matters(back: timedelta, words: str) -> None:
    assert ago(NOW - back, NOW) == words


def test_a_moment_carries_the_exact_time() -> None:
    html = when(NOW - timedelta(days=3), NOW)
    assert '<time datetime="2026-11-19T12:00:00+00:00"' in html
    assert 'title="19 November 2026, 12:00"' in html
    assert ">3 days ago</time>" in html
    assert when(None) == "never"


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (None, "not known"),
        (0, "none"),
        (2, "hardly any"),
        (7, "just over one in twenty"),
        (15, "about one in seven"),
        (22, "just over a fifth"),
        (24, "about a quarter"),
        (31, "nearly a third"),
        (34, "about a third"),
        (50, "about half"),
        (97, "nearly all"),
        (100, "all"),
    ],
)
def test_a_share_as_people_say_it(percent: int | None, words: str) -> None:
    assert in_words(percent) == words


def test_initials_of_people_without_a_name() -> None:
    assert [initials("Ana Ferreira"), initials("millbrook_library"), initials(""), initials("🎭")] == [
        "AF",
        "ML",
        "?",
        "?",
    ]


def week(monday: date, *counts: int) -> SimpleNamespace:
    kinds = dict(zip(("converse", "share", "announce", "pitch"), counts, strict=True))
    return SimpleNamespace(monday=monday, social_percent=None, **kinds)


def test_a_week_is_its_mix_with_social_kinds_at_the_foot() -> None:
    drawn = bars([week(date(2026, 6, 1), 1, 0, 1, 0), week(date(2026, 6, 8), 2, 2, 0, 4)])
    assert [piece.kind for piece in drawn[1].pieces] == ["converse", "share", "pitch"]
    assert [piece.y for piece in drawn[1].pieces] == ["75.00", "50.00", "0.00"]
    assert [piece.length for piece in drawn[0].pieces] == ["50.00", "50.00"]
    assert drawn[0].total == 2
    assert (drawn[0].thin, drawn[1].thin) == (True, False)
    assert dict(paths(drawn))["share"] == "M10.6 50.00h8.8v25.00h-8.8z"


def test_months_are_named_once_and_not_over_one_another() -> None:
    mondays = [date(2026, 5, 25) + timedelta(weeks=n) for n in range(7)]
    drawn = bars([week(monday, 1, 1, 1, 1) for monday in mondays])
    assert [bar.monday.month for bar in drawn if bar.month] == [6, 7]


def test_a_quiet_year_draws_nothing() -> None:
    assert bars([]) == []
    assert stacked({"converse": 0, "share": 0, "announce": 0, "pitch": 0}, 0) == ()
    assert mix_bar([])["total"] == 0


def test_the_table_behind_the_chart_has_every_week() -> None:
    weeks = [week(date(2026, 6, 1), 3, 0, 1, 0), week(date(2026, 6, 8), 0, 0, 0, 0)]
    html = Template("{% load engage_charts %}{% weeks_chart weeks 'Talk is growing' %}").render(
        Context({"weeks": weeks})
    )
    assert html.count('<th scope="row">') == 2
    assert "1 Jun 2026" in html
    assert "none</td>" in html
    assert "style=" not in html
