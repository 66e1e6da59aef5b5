"""What is asked of the judge and what it answers; codes and numbers only, sentences live in wording."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of talk; converse and share are social, announce and pitch are broadcast."""

    CONVERSE = "converse"
    SHARE = "share"
    ANNOUNCE = "announce"
    PITCH = "pitch"


SOCIAL = frozenset({Kind.CONVERSE, Kind.SHARE})


class Basis(StrEnum):
    """What the judge had to go by."""

    TEXT = "text"
    STRUCTURE = "structure"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the network tells about a post; None where it does not tell.

    `repeats` counts near-identical posts of the same account in the window before it.
    """

    network: str | None = None
    surface: str | None = None
    reply_to_other: bool | None = None
    reply_to_self: bool | None = None
    share: bool | None = None
    link: bool | None = None
    media: bool | None = None
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground for a verdict.

    `start`/`end` are code points of the text, or None for a fact without a place; `weight` is its share
    of the logit of the score (positive: towards social).
    """

    code: str
    weight: float
    start: int | None = None
    end: int | None = None
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind of talk, the calibrated score 0–100 that it is social, and why.

    `kind` and `score` are None when there is too little to judge; `probabilities` then holds base rates.
    """

    kind: Kind | None
    score: int | None
    probabilities: dict[str, float]
    basis: Basis
    reasons: tuple[Reason, ...] = ()
    language: str | None = None
    version: str = ""
    by_structure_only: bool = False
    details: dict[str, float] = field(default_factory=dict)
