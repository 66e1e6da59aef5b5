"""Charts drawn on the server: plain shapes with a table behind them, no script and no style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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


@dataclass(frozen=True, slots=True)
class WeekBar:
    """One week as a bar that grows upward, its social kinds at the foot."""

    monday: date
    pieces: tuple[Piece, ...]
    counts: dict[str, int]
    total: int
    social_percent: int | None
    month: bool
    """Whether this is the first week of a month, where the axis says its name."""


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


def bars(weeks: Sequence[Any]) -> list[WeekBar]:
    """Every week as a bar on one scale, the fullest week filling the height."""
    counted = [(week, counts_of(week)) for week in weeks]
    highest = max((sum(counts.values()) for _, counts in counted), default=0)
    result: list[WeekBar] = []
    for week, counts in counted:
        monday = part(week, "monday")
        pieces = stacked(counts, highest)
        new_month = not result or result[-1].monday.month != monday.month
        result.append(
            WeekBar(
                monday, pieces, counts, sum(counts.values()), part(week, "social_percent"), month=new_month
            )
        )
    if len(result) > 1 and result[1].month:
        # A month with a single week at the left edge would print its name over the next one's.
        first = result[0]
        result[0] = WeekBar(
            first.monday, first.pieces, first.counts, first.total, first.social_percent, month=False
        )
    return result


@register.inclusion_tag("components/_weeks_chart.html")
def weeks_chart(weeks: Sequence[Any], title: str = "") -> dict[str, Any]:
    """Posts of each kind week by week, as stacked bars with the table behind them."""
    drawn = bars(list(weeks or ()))
    return {"bars": drawn, "kinds": KINDS, "title": title}


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
