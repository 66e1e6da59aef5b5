"""How good the judge of posts is on brands it has not seen. Needs SciPy (development)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from coaching.judgement import corpus, training
from coaching.judgement.corpus import Example, without_leading_handles
from coaching.judgement.features import Lookout
from coaching.judgement.model import CONVERSE, PITCH, SOCIAL, Array, Model
from coaching.judgement.training import Fitted, Workbook, fit_and_calibrate, look
from coaching.judgement.verdict import Facts, Kind

LABELS = ("Dialogue", "Action", "Information")
BINS = 10
DRAWS = 400


@dataclass(frozen=True)
class Guess:
    """What a judge says of some posts: a label each, and how sure it is that each is Dialogue and social."""

    labels: Array
    dialogue: Array
    social: Array


Judge = Callable[[Sequence[Example], Sequence[Example]], Guess]
"""From labelled examples to learn from and examples to judge."""


def chances(fitted: Fitted, examples: Sequence[Example]) -> Array:
    """Three rows: social, converse if social, pitch if not."""
    matrix = look(Lookout(fitted.terms), len(fitted.terms), examples)
    logits = matrix @ fitted.weights.T + fitted.bias
    result: Array = (1.0 / (1.0 + np.exp(-np.clip(logits, -40, 40)))).T
    return result


def as_labels(chance: Array) -> Guess:
    """Our four kinds as the data's three labels, which know no share."""
    social, if_social, if_not = chance[SOCIAL], chance[CONVERSE], chance[PITCH]
    converse, announce = social * if_social, (1 - social) * (1 - if_not)
    dialogue = (social >= 0.5) & ((if_social >= 0.5) | (converse > announce))
    action = (social < 0.5) & (if_not >= 0.5)
    labels = np.where(dialogue, "Dialogue", np.where(action, "Action", "Information"))
    return Guess(labels, converse, social)


def own_judge(book: Workbook) -> Judge:
    """Our judge, fitted anew without the brands that are judged; its calibration never sees them either."""
    brands = np.array([e.brand if e.source in ("labelled", "repeated") else "" for e in book.examples])
    fits: dict[str, Fitted] = {}

    def judge(_: Sequence[Example], test: Sequence[Example]) -> Guess:
        (brand,) = {example.brand for example in test}
        if brand not in fits:
            fits[brand] = fit_and_calibrate(book, np.flatnonzero(brands != brand))
        return as_labels(chances(fits[brand], test))

    return judge


def leave_one_brand_out(judge: Judge, examples: Sequence[Example], *, bare: bool = False) -> Guess:
    """Every brand judged by what learned from the others; `bare` judges texts without handles in front."""
    size = len(examples)
    labels, dialogue, social = np.empty(size, dtype="U11"), np.zeros(size), np.zeros(size)
    for brand in sorted({example.brand for example in examples}):
        where = np.array([i for i, example in enumerate(examples) if example.brand == brand])
        train = [example for example in examples if example.brand != brand]
        guess = judge(train, stripped([examples[i] for i in where]) if bare else [examples[i] for i in where])
        labels[where], dialogue[where], social[where] = guess.labels, guess.dialogue, guess.social
    return Guess(labels, dialogue, social)


def brands_seen(judge_on: Callable[[Array, Sequence[Example]], Guess], examples: Sequence[Example]) -> Guess:
    """Five folds drawn at random over templates: brands are seen, the ceiling this data allows."""
    fold = np.random.default_rng(0).integers(0, 5, len(examples))
    labels, dialogue = np.empty(len(examples), dtype="U11"), np.zeros(len(examples))
    social = np.zeros(len(examples))
    for number in range(5):
        where = np.flatnonzero(fold == number)
        guess = judge_on(where, [examples[i] for i in where.tolist()])
        labels[where], dialogue[where], social[where] = guess.labels, guess.dialogue, guess.social
    return Guess(labels, dialogue, social)


def own_judge_of_texts(
    book: Workbook, examples: Sequence[Example]
) -> Callable[[Array, Sequence[Example]], Guess]:
    """Our judge without the very texts that are judged, but with their brands."""
    bare = [without_leading_handles(example.text) for example in book.examples]

    def judge(where: Array, test: Sequence[Example]) -> Guess:
        hidden = {without_leading_handles(examples[i].text) for i in where.tolist()}
        chosen = np.array([i for i, text in enumerate(bare) if text not in hidden])
        return as_labels(chances(fit_and_calibrate(book, chosen), test))

    return judge


def own_held_out(data: Path) -> dict[str, Any]:
    """Our judge on our own examples of trades it has not seen, with and without the network's facts."""
    held = corpus.own(name="posts_heldout.jsonl")
    fitted = training.train(corpus.everything(data))
    return {
        "with_facts": _kinds(fitted, held),
        "text_only": _kinds(fitted, [replace(example, facts=Facts()) for example in held]),
    }


def _kinds(model: Model, examples: Sequence[Example]) -> dict[str, float]:
    matrix = look(Lookout(model.terms), len(model.terms), examples)
    logits = matrix @ model.weights[:, : model.foreign].T + model.bias[:, 0]
    social, if_social, if_not = (1.0 / (1.0 + np.exp(-logits))).T
    said = np.where(
        social >= 0.5,
        np.where(if_social >= 0.5, Kind.CONVERSE, Kind.SHARE),
        np.where(if_not >= 0.5, Kind.PITCH, Kind.ANNOUNCE),
    )
    was = np.array([example.kind for example in examples])
    truth = np.array([float(example.social) for example in examples])
    found = {f"f1_{kind}": round(f1(said == kind, was == kind), 4) for kind in Kind}
    return {
        "posts": len(examples),
        "macro_f1": round(float(np.mean(list(found.values()))), 4),
        **found,
        "auc_social": round(auc(truth, social), 4),
        "brier_skill": round(1 - float(np.mean((social - truth) ** 2)) / float(np.var(truth)), 4),
        "calibration_error": round(calibration_error(truth, social), 4),
    }


def f1(said: Array, was: Array) -> float:
    """Harmonic mean of precision and recall; 0 where neither occurs."""
    hit, both = float((said & was).sum()), float(said.sum() + was.sum())
    return 2 * hit / both if both else 0.0


def stripped(examples: Sequence[Example]) -> list[Example]:
    """The examples without handles in front, where something is left."""
    return [replace(e, text=without_leading_handles(e.text) or e.text) for e in examples]


def figures(truth: Array, guess: Guess, *, draws: int = DRAWS) -> dict[str, Any]:
    """All figures with their 95% bootstrap intervals over templates."""
    point = _figures(truth, guess)
    draw = np.random.default_rng(0)
    samples: list[dict[str, float]] = []
    for _ in range(draws):
        pick = draw.integers(0, len(truth), len(truth))
        samples.append(
            _figures(truth[pick], Guess(guess.labels[pick], guess.dialogue[pick], guess.social[pick]))
        )
    return {
        name: {
            "value": round(value, 4),
            "low": round(float(np.nanquantile([sample[name] for sample in samples], 0.025)), 4),
            "high": round(float(np.nanquantile([sample[name] for sample in samples], 0.975)), 4),
        }
        for name, value in point.items()
    }


def _figures(truth: Array, guess: Guess) -> dict[str, float]:
    found: dict[str, float] = {}
    for label in LABELS:
        found[f"f1_{label.lower()}"] = f1(guess.labels == label, truth == label)
    found = {"macro_f1": float(np.mean(list(found.values()))), **found}
    social = (truth == "Dialogue").astype(float)
    found["auc_dialogue"] = auc(social, guess.dialogue)
    spread = float(np.mean((social - social.mean()) ** 2))
    found["brier_skill"] = (
        1 - float(np.mean((guess.social - social) ** 2)) / spread if spread else float("nan")
    )
    found["calibration_error"] = calibration_error(social, guess.social)
    return found


def auc(truth: Array, score: Array) -> float:
    """The chance that a positive ranks above a negative; ties count half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    positive = float(truth.sum())
    negative = len(truth) - positive
    if not positive or not negative:
        return float("nan")
    return float((rank[truth == 1].sum() - positive * (positive + 1) / 2) / (positive * negative))


def calibration_error(truth: Array, score: Array, bins: int = BINS) -> float:
    """Mean distance between said and seen shares in bins of equal mass."""
    order = np.argsort(score, kind="stable")
    parts = np.array_split(order, bins)
    return float(sum(len(p) * abs(truth[p].mean() - score[p].mean()) for p in parts if len(p)) / len(truth))
