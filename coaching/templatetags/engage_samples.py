"""Sample things for the style guide: every component in every state, on invented data."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Sample
from typing import Any

from django import forms, template

from coaching.import_progress import first_look
from coaching.talk_times import TalkTimes

register = template.Library()

PAPER = "paper paper-raised paper-sunk ink ink-soft rule accent"
MEANINGS = "converse share announce pitch good watch act focus"
FIRST_MONDAY = date(2026, 6, 1)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _reason(post: str, sentence: str, weight: float, phrase: str = "") -> Sample:
    start = post.find(phrase) if phrase else None
    end = None if start is None else start + len(phrase)
    return Sample(text=sentence, phrase=phrase, weight=weight, positive=weight > 0, start=start, end=end)


def _post(
    pk: int, kind: str | None, score: int | None, text: str, *reasons: tuple[str, float, str]
) -> Sample:
    return Sample(
        id=pk,
        kind=kind,
        score=score,
        text=text,
        created_at=NOON - timedelta(days=pk),
        network="twitter" if pk % 2 else "facebook",
        handle="lanternplay",
        surface="reply" if kind == "converse" else "timeline",
        reasons=[_reason(text, sentence, weight, phrase) for sentence, weight, phrase in reasons],
    )


def _posts() -> list[Sample]:
    return [
        _post(
            1,
            "converse",
            96,
            "@ana_bakes Thank you so much for coming! Which scene made your daughter laugh most?",
            ("Answers @ana_bakes", 2.1, ""),
            ("Thanks somebody", 1.4, "Thank you so much"),
            ("Asks a person something", 1.2, "Which scene made your daughter laugh most?"),
        ),
        _post(
            2,
            "pitch",
            4,
            "LAST CHANCE! Book now for The Winter Lantern, only 20 seats left.\nhttps://lantern.example/winter",
            ("Presses to hurry", -1.9, "LAST CHANCE!"),
            ("Asks to buy", -1.7, "Book now"),
        ),
        _post(
            3,
            "share",
            88,
            "RT @millbrooklibrary: Our knitting circle made 40 hats for the winter shelter.",
            ("Passes on what @millbrooklibrary made", 2.0, "RT @millbrooklibrary"),
        ),
        _post(
            4,
            "announce",
            14,
            "We are delighted to announce our spring season: six plays, two of them new.",
            ("Tells news about yourselves", -1.5, "We are delighted to announce"),
        ),
        _post(5, None, None, "Saturday!"),
    ]


def _weeks() -> list[Sample]:
    shapes = [(1, 1, 4, 6), (2, 0, 3, 5), (0, 0, 0, 0), (3, 2, 4, 4), (4, 3, 3, 3), (5, 2, 4, 2)]
    return [
        Sample(
            monday=FIRST_MONDAY + timedelta(weeks=week),
            converse=a,
            share=b,
            announce=c,
            pitch=d,
            social_percent=round(100 * (a + b) / (a + b + c + d)) if a + b + c + d else None,
        )
        for week, (a, b, c, d) in enumerate(shapes * 4)
    ]


def _trend() -> list[Sample]:
    points = []
    for n in range(24):
        percent = None if n in (9, 10) else round(30 + 12 * math.sin(n / 4) + n)
        band = 14 - n // 4
        points.append(
            Sample(
                monday=FIRST_MONDAY + timedelta(weeks=n),
                posts=0 if percent is None else 20 + n,
                percent=percent,
                low=percent and percent - band,
                high=percent and percent + band,
            )
        )
    return points


def _times() -> TalkTimes:
    hours = tuple(
        tuple(
            max(0, round(6 - abs(hour - 17) / 1.5) + (3 if day == 4 else 0)) * (hour > 7)
            for hour in range(24)
        )
        for day in range(7)
    )
    return TalkTimes(hours, sum(map(sum, hours)), (4, 15))


class SampleForm(forms.Form):
    """One field of each sort, sent empty, so that its errors show."""

    name = forms.CharField(label="Name", help_text="As people know it.")
    zone = forms.ChoiceField(label="Time zone", choices=[("Europe/London", "Europe/London")], required=False)
    archive = forms.FileField(label="Archive (.zip)")
    agree = forms.BooleanField(label="Send me the weekly letter", required=False)
    show = forms.ChoiceField(
        label="Show",
        choices=[("all", "Everything"), ("timeline", "Timeline only")],
        widget=forms.RadioSelect,
        required=False,
    )


@register.simple_tag
def samples() -> dict[str, Any]:
    """Everything the style guide shows."""
    posts = _posts()
    return {
        "kinds": ["converse", "share", "announce", "pitch", None],
        "posts": posts,
        "mix": [
            Sample(kind="converse", percent=19, count=41),
            Sample(kind="share", percent=15, count=32),
            Sample(kind="announce", percent=29, count=62),
            Sample(kind="pitch", percent=37, count=79),
        ],
        "first": Sample(
            waiting_known=True,
            waiting_total=4,
            waiting=[Sample(name="Ana Ferreira")],
            suggestions=[Sample(title="Ask your readers one real question.")],
        ),
        "look": first_look({"converse": 12, "share": 5, "announce": 20, "pitch": 13}),
        "weeks": _weeks(),
        "meetups": [Sample(monday=FIRST_MONDAY + timedelta(weeks=15), title="Fringe pint")],
        "trend": _trend(),
        "spread": [
            ("within an hour", 9),
            ("within 1 to 4 hours", 14),
            ("within 4 to 8 hours", 3),
            ("within 8 to 24 hours", 6),
            ("after a day or more", 4),
            ("not within a week, or never", 5),
        ],
        "times": _times(),
        "form": SampleForm(data={}),
        "people": [
            Sample(name="Ana Ferreira", handle="ana_bakes"),
            Sample(name="Tom O’Malley", handle=None),
            Sample(name="", handle="millbrooklibrary"),
        ],
        "waiting": Sample(
            name="Ana Ferreira",
            handle="ana_bakes",
            text="Is Friday at seven okay for a nine-year-old?",
            since=NOON,
            why="question",
            network="twitter",
            url="https://x.com/ana_bakes",
        ),
        "suggestion": Sample(
            id=0,
            title="Answer the four people who asked you something.",
            reason="Four people asked a question in the last two weeks and got no answer.",
            evidence="People who are answered come back more often.",
            source="An invented study, 2020",
            goal="Goal: people who asked and were answered from 60% to 80%, within 4 weeks.",
            examples=posts[:1],
        ),
        "colours": [*PAPER.split(), *MEANINGS.split()],
        "heads": ["Week of", "Posts", "With people"],
        "rows": [["16 Nov 2026", 13, "54%"], ["9 Nov 2026", 12, "58%"]],
    }
