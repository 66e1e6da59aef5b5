"""Says what kind of talk posts are, how social, and why."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy as np

from coaching.judgement import model as judge_model
from coaching.judgement.features import INDEX, Lookout
from coaching.judgement.language import ENGLISH, language
from coaching.judgement.matching import Seen
from coaching.judgement.reasons import reasons as grounds
from coaching.judgement.tokens import cut
from coaching.judgement.verdict import Basis, Facts, Kind, Reason, Verdict

VERSION = judge_model.stored_version(judge_model.FILE)
"""The version of the judge, stored with every verdict."""
BATCH = 512
"""Posts that are weighed in one step; more at once would not be quicker."""
_TELLING_FACTS = frozenset(INDEX[code] for code in ("answers_other", "answers_itself", "shares", "passes_on"))
"""Signs that say enough without a word; a handle in front alone could as well be a mention."""


@dataclass(frozen=True)
class Bench:
    """The model with its eyes, loaded once."""

    model: judge_model.Model
    lookout: Lookout


@cache
def bench() -> Bench:
    """The shipped model, read at first use."""
    model = judge_model.load()
    return Bench(model, Lookout(model.terms))


def judge(
    posts: Sequence[tuple[str, Facts]], *, intercept: float = 0.0, reasons: bool = True
) -> list[Verdict]:
    """A verdict for every post, in order; never raises, whatever the text.

    `intercept` is the organization's own shift of the logit, see `checks.fit_intercept`. Without
    `reasons` only kind, score and probabilities are filled.
    """
    using = bench()
    found: list[Verdict] = []
    with _no_collection():
        for start in range(0, len(posts), BATCH):
            found.extend(_judge_batch(using, posts[start : start + BATCH], intercept, reasons))
    return found


@contextmanager
def _no_collection() -> Iterator[None]:
    """Verdicts hold no cycles: looking for them would only make large batches slower, post by post."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass(slots=True)
class Case:
    """One post on the bench: what was seen, in which language, whether that was understood."""

    seen: Seen
    raws: list[str]
    language: str | None
    understood: bool
    enough: bool


def _look(lookout: Lookout, text: str, facts: Facts) -> Case:
    pieces = cut(text)
    present = set(pieces[1])
    spoken_in = language(pieces[1], present)
    understood = spoken_in == ENGLISH or (spoken_in is None and text.isascii())
    seen = lookout.look(text, facts, pieces=pieces, present=present, understood=understood)
    enough = seen.words > 0 or not _TELLING_FACTS.isdisjoint(seen.signals)
    return Case(seen, pieces[0], spoken_in, understood or seen.words == 0, enough)


def _judge_batch(
    using: Bench, posts: Sequence[tuple[str, Facts]], intercept: float, reasons: bool
) -> list[Verdict]:
    cases = [_look(using.lookout, text, facts) for text, facts in posts]
    logits, shares = _weigh(using.model, cases)
    bias = using.model.bias[:, [0 if case.understood else 1 for case in cases]]
    bias[judge_model.SOCIAL] += intercept
    logits += bias
    base, social = bias[judge_model.SOCIAL].tolist(), logits[judge_model.SOCIAL].tolist()
    chances = 1.0 / (1.0 + np.exp(-np.clip(logits, -40, 40)))
    share_list = shares.tolist() if reasons else []
    verdicts = []
    at = 0
    for i, (case, (text, facts), chance) in enumerate(zip(cases, posts, chances.T.tolist(), strict=True)):
        why: tuple[Reason, ...] = ()
        signals = case.seen.signals
        if reasons and case.enough:
            own = share_list[at : at + len(signals)]
            why = grounds(text, case.raws, tuple(signals.items()), own, social[i], base[i])
        at += len(signals) + len(case.seen.terms)
        verdicts.append(_verdict(using.model, case, facts, chance, why))
    return verdicts


def _weigh(model: judge_model.Model, cases: Sequence[Case]) -> tuple[judge_model.Array, judge_model.Array]:
    """The sums of weights of every post, and what every single sign adds to the score's logit.

    Shapes: three rows by posts, without the bias; and one number for every signal, then term, of every
    post in turn.
    """
    columns: list[int] = []
    values: list[float] = []
    sizes: list[int] = []
    for case in cases:
        seen = case.seen
        count = len(seen.signals)
        columns += seen.signals if case.understood else [model.foreign + number for number in seen.signals]
        values += [1.0] * count
        if seen.terms:
            columns += seen.terms
            values += [len(seen.terms) ** -0.5] * len(seen.terms)
        sizes.append(count + len(seen.terms))
    parts = model.weights[:, np.array(columns, dtype=np.intp)] * np.array(values)
    owner = np.repeat(np.arange(len(cases)), np.array(sizes, dtype=np.intp))
    sums = np.array([np.bincount(owner, row, minlength=len(cases)) for row in parts], dtype=np.float64)
    return sums, parts[judge_model.SOCIAL]


def _verdict(
    model: judge_model.Model, case: Case, facts: Facts, chance: list[float], why: tuple[Reason, ...]
) -> Verdict:
    seen = case.seen
    basis = _basis(facts, seen, case.understood)
    foreign = seen.words > 0 and not case.understood
    if not case.enough:
        return Verdict(None, None, dict(model.base), basis, (), case.language, model.version, foreign)
    social, converse, pitch = chance
    probabilities = {
        "converse": social * converse,
        "share": social * (1 - converse),
        "announce": (1 - social) * (1 - pitch),
        "pitch": (1 - social) * pitch,
    }
    if social >= 0.5:
        kind = Kind.CONVERSE if converse >= 0.5 else Kind.SHARE
        score = max(50, round(100 * social))
    else:
        kind = Kind.PITCH if pitch >= 0.5 else Kind.ANNOUNCE
        score = min(49, round(100 * social))
    return Verdict(kind, score, probabilities, basis, why, case.language, model.version, foreign)


def _basis(facts: Facts, seen: Seen, understood: bool) -> Basis:
    if not seen.words or not understood:
        return Basis.STRUCTURE
    told = (
        facts.surface is not None
        or facts.reply_to_other is not None
        or facts.reply_to_self is not None
        or facts.share is not None
        or facts.repeats > 0
    )
    return Basis.BOTH if told else Basis.TEXT
