"""A suggestion as the rules make it, and the evidence each of them rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from coaching.judgement.metrics import METRICS, Look
from coaching.judgement.picture import AccountPicture

Param = str | int | float


class EvidenceKind(StrEnum):
    """How good the ground is on which a suggestion stands."""

    STUDY = "study"
    PLATFORM_RULE = "platform_rule"
    OWN_FEED = "own_feed"
    VENDOR_STUDY = "vendor_study"
    RULE_OF_THUMB = "rule_of_thumb"


WEIGHT = {
    EvidenceKind.STUDY: 1.0,
    EvidenceKind.PLATFORM_RULE: 0.9,
    EvidenceKind.OWN_FEED: 0.8,
    EvidenceKind.VENDOR_STUDY: 0.7,
    EvidenceKind.RULE_OF_THUMB: 0.5,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who says so: `source` as cited, `year` None for the account's own feed."""

    code: str
    kind: EvidenceKind
    source: str
    year: int | None = None


EVIDENCE: dict[str, Evidence] = {
    evidence.code: evidence
    for evidence in (
        Evidence(
            "lovejoy_saxton",
            EvidenceKind.STUDY,
            "Lovejoy & Saxton, J. Computer-Mediated Communication 17(3)",
            2012,
        ),
        Evidence(
            "lovejoy_waters_saxton",
            EvidenceKind.STUDY,
            "Lovejoy, Waters & Saxton, Public Relations Review 38(2)",
            2012,
        ),
        Evidence("kent_taylor", EvidenceKind.STUDY, "Kent & Taylor, Public Relations Review 24(3)", 1998),
        Evidence("wang_yang", EvidenceKind.STUDY, "Wang & Yang, Computers in Human Behavior 104", 2020),
        Evidence(
            "guo_saxton",
            EvidenceKind.STUDY,
            "Guo & Saxton, Nonprofit and Voluntary Sector Quarterly 47(1)",
            2018,
        ),
        Evidence("sprout", EvidenceKind.VENDOR_STUDY, "Sprout Social Index, Q2", 2016),
        Evidence("edison", EvidenceKind.VENDOR_STUDY, "Edison Research / Convince & Convert", 2012),
        Evidence("baer", EvidenceKind.VENDOR_STUDY, "Baer, Hug Your Haters", 2016),
        Evidence("hubspot", EvidenceKind.VENDOR_STUDY, "HubSpot", 2012),
        Evidence("buddy_media", EvidenceKind.VENDOR_STUDY, "Buddy Media", 2012),
        Evidence("buffer", EvidenceKind.VENDOR_STUDY, "Buffer", 2025),
        Evidence("facebook_bait", EvidenceKind.PLATFORM_RULE, "Facebook, 18 December 2017", 2017),
        Evidence("four_one_one", EvidenceKind.RULE_OF_THUMB, "4-1-1, Davis & Pulizzi, about 2012", 2012),
        Evidence("own_feed", EvidenceKind.OWN_FEED, "your own feed"),
    )
}


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to try: which rule speaks, what it moves, from where to where, within how many weeks.

    `examples` are ids of own posts, `messages` of other people's, newest first; `params` what the sentence
    needs; `expected_effect` 0–1; `trigger_weeks` the Mondays that made the rule speak, which stay out of the
    baseline when the outcome is measured; `as_of` the day from which the account was looked at.
    """

    rule: str
    metric: str
    baseline: float | None
    target: float
    evidence: str
    expected_effect: float
    as_of: date
    trigger_weeks: tuple[date, ...]
    weeks: int = 8
    examples: tuple[int, ...] = ()
    messages: tuple[int | str, ...] = ()
    params: dict[str, Param] = field(default_factory=dict)

    @property
    def strength(self) -> float:
        """What it is ranked by: expected effect × weight of the evidence."""
        return self.expected_effect * WEIGHT[EVIDENCE[self.evidence].kind]


def suggest(
    rule: str,
    picture: AccountPicture,
    seen: Look,
    *,
    target: float,
    evidence: str,
    leverage: float,
    gap: float | None = None,
    examples: tuple[int, ...] = (),
    messages: tuple[int | str, ...] = (),
    **params: Param,
) -> Advice:
    """An advice about a metric that was looked at.

    `leverage` (0–1) is how much closing the whole gap is worth in conversation with people, a judgement of
    ours; the expected effect is that times the `gap` this step closes (from the value to the target, where
    the rule does not know better), and a third more.
    """
    if gap is None:
        gap = (target - seen.value) * METRICS[seen.metric].better
    return Advice(
        rule=rule,
        metric=seen.metric,
        baseline=seen.value,
        target=target,
        evidence=evidence,
        expected_effect=leverage * min(1.0, 1 / 3 + max(gap, 0.0)),
        as_of=picture.now.astimezone(picture.zone).date(),
        trigger_weeks=seen.weeks,
        # Every suggestion points at their own feed: what it is about, or what is there instead.
        examples=examples or newest(seen.hits) or newest(seen.misses),
        messages=messages,
        params={"k": seen.k, "n": seen.n, "over_weeks": len(seen.weeks), **params},
    )


def newest(items: tuple[object, ...], count: int = 3) -> tuple[int, ...]:
    """The ids of the newest posts of a look, as examples."""
    ids = (getattr(item, "id", None) for item in reversed(items[-count:]))
    return tuple(found for found in ids if isinstance(found, int))
