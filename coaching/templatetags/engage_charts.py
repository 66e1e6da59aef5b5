"""Charts drawn on the server: plain shapes with a table behind them, no script and no style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django import template
from django.utils import formats
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching.templatetags.engage_text import part

register = template.Library()

KINDS = ("converse", "share", "announce", "pitch")


@dataclass(frozen=True, slots=True)
class Piece:
    """One kind's part of a bar: from `start`, `size` long, in percent of the chart.

    `x` or `y` and `length` are the same as text for SVG, which knows no decimal comma.
    """

    kind: str
    start: float
    size: float
    count: int

    @property
    def x(self) -> str:
        """Where it begins, from the left."""
        return f"{self.start:.2f}"

    @property
    def y(self) -> str:
        """Where its upper edge is, from the top."""
        return f"{100 - self.start - self.size:.2f}"

    @property
    def length(self) -> str:
        """How long it is."""
        return f"{self.size:.2f}"


THIN = 5
"""Posts below which a week is drawn thin: its mix says little."""


@dataclass(frozen=True, slots=True)
class WeekBar:
    """One week's mix as a bar as high as the chart, its social kinds at the foot."""

    monday: date
    pieces: tuple[Piece, ...]
    counts: dict[str, int]
    total: int
    social_percent: int | None
    month: bool
    """Whether this is the first week of a month, where the axis says its name."""
    met: tuple[str, ...] = ()
    """The titles of meetups in this week."""

    @property
    def thin(self) -> bool:
        """Whether there are too few posts to make much of the mix."""
        return self.total < THIN


def counts_of(week: Any) -> dict[str, int]:
    """Posts of each kind in a week; a kind that is not named has none."""
    named = part(week, "counts")
    source = named if named is not None else week
    return {kind: int(part(source, kind, 0) or 0) for kind in KINDS}


def stacked(counts: dict[str, int], whole: float) -> tuple[Piece, ...]:
    """Lay the kinds one after another, in percent of `whole`."""
    pieces, start = [], 0.0
    for kind in KINDS:
        size = 100 * counts[kind] / whole if whole else 0.0
        if size:
            pieces.append(Piece(kind, start, size, counts[kind]))
        start += size
    return tuple(pieces)


def bars(weeks: Sequence[Any], meetups: Iterable[Any] = ()) -> list[WeekBar]:
    """Every week as a bar of its own mix."""
    met: dict[date, list[str]] = {}
    for one in meetups or ():
        met.setdefault(part(one, "monday"), []).append(part(one, "title"))
    result: list[WeekBar] = []
    for week, named in zip(weeks, month_starts([part(week, "monday") for week in weeks]), strict=True):
        counts, monday = counts_of(week), part(week, "monday")
        total = sum(counts.values())
        pieces, titles = stacked(counts, total), tuple(met.get(monday, ()))
        result.append(WeekBar(monday, pieces, counts, total, part(week, "social_percent"), named, titles))
    return result


WIDE = 10
"""How far apart bars are drawn, in units of the chart, which is 100 high."""
GAP, THIN_GAP = 0.6, 3.0
"""What a bar leaves free at each side, and one of few posts."""


def paths(drawn: Sequence[WeekBar]) -> list[tuple[str, str]]:
    """Each kind with all of its pieces as one path of SVG, a week every `WIDE`."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for place, bar in enumerate(drawn):
        gap = THIN_GAP if bar.thin else GAP
        left, width = f"{place * WIDE + gap:g}", f"{WIDE - 2 * gap:g}"
        for piece in bar.pieces:
            found[piece.kind].append(f"M{left} {piece.y}h{width}v{piece.length}h-{width}z")
    return [(kind, "".join(pieces)) for kind, pieces in found.items() if pieces]


def month_starts(mondays: Sequence[date]) -> list[bool]:
    """Under which weeks the name of a month stands."""
    named = [n == 0 or mondays[n - 1].month != monday.month for n, monday in enumerate(mondays)]
    if named[1:2] == [True]:
        named[0] = False  # a month with a single week at the left edge would print over the next one's name
    return named


@register.inclusion_tag("components/_weeks_chart.html")
def weeks_chart(
    weeks: Sequence[Any], title: str = "", target: int | None = None, meetups: Sequence[Any] = ()
) -> dict[str, Any]:
    """The mix week by week as stacked bars with a target line and meetups, and the table behind them."""
    drawn = bars(list(weeks or ()), meetups)
    return {
        "bars": drawn,
        "paths": paths(drawn),
        "wide": WIDE * len(drawn),
        "kinds": KINDS,
        "title": title,
        "target": target,
        "target_y": _down(target) if target is not None else "",
        "meetups": meetups,
        "thin": any(bar.thin and bar.total for bar in drawn),
        "few": THIN,
    }


def _down(percent: float) -> str:
    """A percentage as a distance from the top, as text for SVG, which knows no decimal comma."""
    return f"{100 - percent:.1f}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Weeks in a row with a share: the outline of their band, and the line through them."""

    band: str
    line: str
    dots: tuple[tuple[str, str], ...]


def stretches(points: Sequence[Any]) -> list[Stretch]:
    """The line of the trend and its band; weeks with too few posts are gaps in both."""
    step = 100 / max(len(points), 1)
    found: list[list[tuple[float, Any]]] = [[]]
    for place, point in enumerate(points):
        if part(point, "percent") is None:
            found.append([])
        else:
            found[-1].append(((place + 0.5) * step, point))
    return [_stretch(row) for row in found if row]


def _stretch(row: list[tuple[float, Any]]) -> Stretch:
    def along(name: str) -> list[str]:
        return [f"{x:.1f},{_down(part(point, name))}" for x, point in row]

    middle = along("percent")
    band = " ".join([*along("high"), *reversed(along("low"))])
    x, y = middle[-1].split(",")
    return Stretch(band, " ".join(middle), ((x, y),))


@register.inclusion_tag("components/_trend_chart.html")
def trend_chart(points: Sequence[Any], title: str = "", target: int | None = None) -> dict[str, Any]:
    """The share of talk with people over time, with its interval, the target, and the table behind it."""
    found = list(points or ())
    months = month_starts([part(point, "monday") for point in found])
    return {
        "points": found,
        "ticks": [(point, named) for point, named in zip(found, months, strict=True)],
        "stretches": stretches(found),
        "title": title,
        "target": target,
        "target_y": _down(target) if target is not None else "",
        "label": _trend([p for p in (part(point, "percent") for point in found) if p is not None]),
    }


@register.inclusion_tag("components/_spread_chart.html")
def spread_chart(rows: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """How many answers came how soon, a bar each; the numbers stand beside the bars."""
    total = sum(count for _, count in rows)
    most = max((count for _, count in rows), default=0) or 1
    return {
        "rows": [
            (words, count, f"{100 * count / most:.1f}", round(100 * count / total) if total else 0)
            for words, count in rows
        ]
    }


ROW = 15
"""How high a weekday is where an hour is ten wide; names stand beside it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week as a square; the fuller, the larger. Text for SVG."""

    x: str
    y: str
    size: str


@register.inclusion_tag("components/_hours_chart.html")
def hours_chart(times: Any) -> dict[str, Any]:
    """When people write: weekdays and hours as squares, and the table behind them."""
    most = max((count for day in times.hours for count in day), default=0) or 1
    names = [str(name) for name in WEEKDAYS.values()]
    day, hour = times.busiest or (None, 0)
    return {
        "times": times,
        "cells": [
            _cell(hour, day, count / most)
            for day, row in enumerate(times.hours)
            for hour, count in enumerate(row)
            if count
        ],
        "rows": list(zip(names, [str(name) for name in WEEKDAYS_ABBR.values()], times.parts, strict=True)),
        "starts": [clock(at) for at in range(0, 24, 3)],
        "day": names[day] if day is not None else "",
        "start": clock(hour),
        "end": clock((hour + 3) % 24),
    }


def _cell(hour: int, day: int, fullness: float) -> Cell:
    # The area says how many, as a reader compares areas; the smallest can still be seen.
    size = max(9 * fullness**0.5, 2.0)
    return Cell(f"{hour * 10 + (10 - size) / 2:.1f}", f"{day * ROW + (ROW - size) / 2:.1f}", f"{size:.1f}")


def clock(hour: int) -> str:
    """A full hour as the language writes it."""
    return formats.time_format(time(hour), "TIME_FORMAT")


_NEWS = {
    "converse": gettext_lazy("Above all conversation, %(percent)s%% of your posts"),
    "share": gettext_lazy("Above all what others made, %(percent)s%% of your posts"),
    "announce": gettext_lazy("Above all news about yourselves, %(percent)s%% of your posts"),
    "pitch": gettext_lazy("Above all asking for something, %(percent)s%% of your posts"),
}


@register.simple_tag
def mix_news(mix: Iterable[Any]) -> str:
    """What the mix is above all, as a title; weeks alone where it is not known."""
    largest = max(mix or (), key=lambda line: part(line, "count", 0), default=None)
    if largest is None or not part(largest, "count", 0):
        return _("What kinds of talk, week by week")
    return str(_NEWS[str(part(largest, "kind"))]) % {"percent": part(largest, "percent")}


@register.inclusion_tag("components/_mix_bar.html")
def mix_bar(mix: Iterable[Any]) -> dict[str, Any]:
    """The four kinds as one bar and a line for each."""
    lines = {str(part(line, "kind")): line for line in mix or ()}
    counts = {kind: int(part(lines.get(kind), "count", 0) or 0) for kind in KINDS}
    return {
        "pieces": stacked(counts, sum(counts.values())),
        "lines": [lines[kind] for kind in KINDS if kind in lines],
        "total": sum(counts.values()),
    }


@register.filter
def span(low: float | None, high: float | None) -> str:
    """The length of an interval; at least one percent, so that it can be seen."""
    return f"{max((high or 0) - (low or 0), 1):.2f}"


@register.inclusion_tag("components/_sparkline.html")
def sparkline(weeks: Sequence[Any]) -> dict[str, Any]:
    """The social share week by week as a small line; weeks without judged posts are gaps in it."""
    found = list(weeks or ())
    step = 112 / max(len(found) - 1, 1)
    lines: list[list[tuple[str, str]]] = [[]]
    for place, week in enumerate(found):
        if week.social_percent is None:
            lines.append([])
        else:
            lines[-1].append((f"{4 + place * step:.1f}", f"{28 - 0.24 * week.social_percent:.1f}"))
    drawn = [line for line in lines if line]
    return {
        "lines": [" ".join(f"{x},{y}" for x, y in line) for line in drawn if len(line) > 1],
        "last": drawn[-1][-1] if drawn else None,
        "label": _trend([week.social_percent for week in found if week.social_percent is not None]),
    }


def _trend(percents: Sequence[int]) -> str:
    if not percents:
        return _("No post in these weeks.")
    said = ngettext(
        "%(last)s%% of the posts of one week talk with people.",
        "Week by week, from %(first)s%% to %(last)s%% of the posts talk with people; "
        "between %(low)s%% and %(high)s%%.",
        len(percents),
    )
    low, high = min(percents), max(percents)
    return said % {"first": percents[0], "last": percents[-1], "low": low, "high": high}
