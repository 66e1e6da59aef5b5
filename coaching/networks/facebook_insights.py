"""How often a Page and its posts were seen, as Facebook tells only the Page's owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .contract import Refused
from .facebook_graph import Graph
from .facebook_words import instant
from .http import whole_number

PAGE_METRICS = ("page_media_view", "page_total_media_view_unique", "page_post_engagements", "page_follows")
POST_METRICS = (
    "post_media_view",
    "post_total_media_view_unique",
    "post_clicks",
    "post_reactions_by_type_total",
)
"""Metrics alive at Graph v26.0; the impressions families are gone since 2025-11-15 and 2026-06-15."""


@dataclass(frozen=True, slots=True)
class Insight:
    """One figure of Facebook: `value` is a count, or counts by kind; `until` the end of its period."""

    name: str
    period: str
    value: int | dict[str, int]
    until: datetime | None


def insights(
    graph: Graph, owner: str, metrics: tuple[str, ...], **query: Any
) -> tuple[list[Insight], tuple[str, ...]]:
    """Figures of a Page or post, and the metrics that Facebook no longer knows.

    One metric that died makes Facebook refuse the whole call (code 100): then each is asked by itself.
    """
    graph.feature = "insights"
    try:
        return list(_read(graph, owner, metrics, query)), ()
    except Refused as fault:
        if fault.reason != "parameter":
            raise
    found: list[Insight] = []
    dead: list[str] = []
    for name in metrics:
        try:
            found.extend(_read(graph, owner, (name,), query))
        except Refused as fault:
            if fault.reason != "parameter":
                raise
            dead.append(name)
    return found, tuple(dead)


def views_of(graph: Graph, post_id: str) -> int | None:
    """How often a post was seen, None where Facebook does not tell."""
    found, _ = insights(graph, post_id, POST_METRICS[:1])
    return next((one.value for one in found if isinstance(one.value, int)), None)


def _read(graph: Graph, owner: str, metrics: tuple[str, ...], query: dict[str, Any]) -> Iterator[Insight]:
    told = graph.get_connections(owner, "insights", metric=",".join(metrics), **query)
    rows = told.get("data")
    for row in rows if isinstance(rows, list) else ():
        values = row.get("values") if isinstance(row, dict) else None
        for one in values if isinstance(values, list) else ():
            value = _value(one.get("value")) if isinstance(one, dict) else None
            if value is not None:
                yield Insight(
                    str(row.get("name")), str(row.get("period")), value, instant(one.get("end_time"))
                )


def _value(value: Any) -> int | dict[str, int] | None:
    if isinstance(value, dict):
        counts = {str(key): whole_number(one) for key, one in value.items()}
        return {key: count for key, count in counts.items() if count is not None}
    return whole_number(value)
