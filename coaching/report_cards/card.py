"""A report card as it is read: the page, the picture and the paper all print this one object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.branding import Brand, brand_of
from accounts.models import Organization
from coaching import own_judge
from coaching.judgement.intervals import Mean, Median, NotKnown, Share, TooFew
from coaching.judgement.verdict import Kind
from coaching.mix import KindShare, kind_share
from coaching.models import ReportCard
from coaching.period_figures import Period
from coaching.report_cards import measuring, periods, wording


@dataclass(frozen=True)
class Thing:
    """The one thing to try, and who says so."""

    title: str
    source: str


@dataclass(frozen=True)
class Card:
    """What a card says. `percent` is None where there are too few posts; `judge` is empty while it is ours.

    `pk` is None for a card that nobody has published yet.
    """

    pk: int | None
    name: str
    period: str
    first: date
    last: date
    measured_at: datetime
    headline: str
    change: str
    percent: int | None
    low: int | None
    high: int | None
    mix: tuple[KindShare, ...]
    facts: tuple[tuple[str, str], ...]
    well: tuple[str, ...]
    thing: Thing | None
    method: tuple[str, ...]
    limits: tuple[str, ...]
    judge: str
    indexed: bool
    brand: Brand | None


def drafted(
    organization: Organization,
    period: Period,
    content: measuring.Content,
    *,
    thing: str | None = None,
    brand: Brand | None = None,
    now: datetime,
) -> Card:
    """A card before it is published, with the first thing to try where none is chosen. One query at most."""
    tries = content["tries"]
    rule = thing if thing is not None else (tries[0]["rule"] if tries else "")
    return _card(
        organization,
        ReportCard(first=period.first, last=period.last, content=chosen(content, rule), published_at=now),
        brand or brand_of(organization, at=now),
        judge="",
    )


def published(organization: Organization, row: ReportCard, *, now: datetime) -> Card:
    """A published card as it was measured; it names its judge once that is another. Two queries."""
    today = own_judge.of(organization).version
    return _card(
        organization, row, brand_of(organization, at=now), judge=row.judge if row.judge != today else ""
    )


def chosen(content: measuring.Content, rule: str) -> measuring.Content:
    """The content with the one thing to try that was chosen, or none; the others are not kept."""
    return {**content, "tries": [one for one in content["tries"] if one["rule"] == rule]}


def _card(organization: Organization, row: ReportCard, brand: Brand | None, *, judge: str) -> Card:
    told = row.content
    social = figure(told["social"])
    known = social if isinstance(social, Share) else None
    tries = told["tries"]
    return Card(
        pk=row.pk,
        name=organization.name,
        period=periods.name(row.first, row.last),
        first=row.first,
        last=row.last,
        measured_at=row.published_at,
        headline=wording.headline(social, told["posts"], where=told["where"]),
        change=wording.change(social, figure(told["before"])),
        percent=wording.percent(known.value) if known else None,
        low=wording.percent(known.low) if known else None,
        high=wording.percent(known.high) if known else None,
        mix=tuple(
            kind_share(kind, told["mix"][kind.value]["value"], told["mix"][kind.value]["k"])
            for kind in Kind
            if kind.value in told["mix"]
        ),
        facts=wording.facts(
            score=figure(told["score"]),
            answer_rate=figure(told["answer_rate"]),
            first_answer_time=figure(told["first_answer_time"]),
            reciprocity=figure(told["reciprocity"]),
            regulars=told["regulars"],
        ),
        well=tuple(wording.well(code, params, organization.name) for code, params in told["well"]),
        thing=Thing(tries[0]["title"], tries[0]["source"]) if tries else None,
        method=wording.method(known.n if known else told["posts"]),
        limits=wording.limits(told),
        judge=judge,
        indexed=row.indexed,
        brand=brand,
    )


def figure(kept: dict[str, Any]) -> Any:
    """A figure as it was kept for machines, as it was measured."""
    fields = {key: value for key, value in kept.items() if key != "state"}
    if kept["state"] == "too_few":
        return TooFew(**fields)
    if kept["state"] == "not_known":
        return NotKnown(**fields)
    if "k" in fields:
        return Share(**fields)
    return Median(**fields) if "low" in fields else Mean(**fields)
