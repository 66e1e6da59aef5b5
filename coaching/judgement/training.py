"""Fits the judge: which words count, and how much each sign and word weighs. Needs SciPy (development)."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from coaching.judgement import lexicon
from coaching.judgement.corpus import Example
from coaching.judgement.features import LANGUAGE_FREE, SIGNALS, Lookout, Seen
from coaching.judgement.model import CONVERSE, PITCH, SOCIAL, Array, Model
from coaching.judgement.tokens import tokens
from coaching.judgement.verdict import Kind


@dataclass(frozen=True)
class Settings:
    """How the fit is done; chosen by leave-one-brand-out, see the model card."""

    signal_l2: float = 0.5
    term_l2: float = 6.0
    least_uses: int = 4
    most_terms: int = 6000


SIGNS_UP = lexicon.TOWARDS_PEOPLE | {
    "answers_other",
    "shares",
    "opens_with_handle",
    "opens_with_dot_handle",
    "comments_on_repost",
    "passes_on",
    "asks_reader",
    "signs_off",
    "smiles",
}
SIGNS_DOWN = lexicon.TELLING | {
    "answers_itself",
    "repeats_once",
    "repeats_often",
    "repeats_always",
    "price",
    "prompts_link",
    "headline",
    "ends_with_link",
    "link_after_colon",
    "trails_off",
}


def vocabulary(examples: Sequence[Example], settings: Settings) -> list[str]:
    """Rows of up to three tokens used by two brands or in our own examples, without names of any kind."""
    uses: Counter[str] = Counter()
    brands: defaultdict[str, set[str]] = defaultdict(set)
    capital: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    names = _brand_words(examples)
    for example in examples:
        words, starts, ends = tokens(example.text)
        for i, word in enumerate(words):
            if i and words[i - 1] not in {".", "!", "?", ":", "<br>", "<at>", "<url>", '"', "“", "..."}:
                inside[word] += 1
                capital[word] += example.text[starts[i]].isupper()
        for row in {row for n in (1, 2, 3) for row in _rows(words, n)}:
            uses[row] += 1
            brands[row].add("own" if example.source == "own" else example.brand)
    named = {w for w, n in inside.items() if capital[w] > 0.5 * n} | names
    kept = [
        row
        for row, count in uses.items()
        if count >= settings.least_uses
        and (len(brands[row]) >= 2 or "own" in brands[row])
        and not any(word in named for word in row.split(" "))
    ]
    kept.sort(key=lambda row: (-uses[row], row))
    return kept[: settings.most_terms]


def _rows(words: Sequence[str], n: int) -> list[str]:
    found = []
    for i in range(len(words) - n + 1):
        part = words[i : i + n]
        if any(word.isalpha() or "'" in word for word in part) and all(len(word) < 25 for word in part):
            found.append(" ".join(part))
    return found


_BRANDS = (
    "citi citigroup citibank banamex nestle nestlé nestlé's nestle's danone danone's pfizer pfizer's pfe brk purina nesquik nespresso "
    "nescafe gerber smarties kitkat volvic evian actimel activia lipitor viagra youtube google gmail android rockstar gta mojang "
    "minecraft apple iphone ipad adobe photoshop zoom ebay dropbox hulu yahoo playstation ps psn spotify wells fargo godaddy "
    "tmobile mobile's chase southwest amazon microsoft windows delta xbox spectrum uber nasa npr arsenal geographic natgeo sfo "
    "facebook twitter instagram"
)


def _brand_words(examples: Sequence[Example]) -> set[str]:
    words = set(_BRANDS.split())
    for example in examples:
        if example.source != "own":
            words.add(example.brand.lower())
    return words


@dataclass
class Table:
    """Examples as a matrix of signals and terms."""

    matrix: Any
    terms: list[str]


def look(lookout: Lookout, terms: int, texts: Sequence[Example]) -> Any:
    """A sparse matrix, one row an example."""
    pointer, columns, values = [0], [], []
    for example in texts:
        seen = lookout.look(example.text, example.facts)
        found = row_of(seen)
        columns.extend(found[0])
        values.extend(found[1])
        pointer.append(len(columns))
    shape = (len(texts), len(SIGNALS) + terms)
    return sparse.csr_matrix((values, columns, pointer), shape=shape)


def row_of(seen: Seen) -> tuple[list[int], list[float]]:
    """Columns and values of one post: a signal counts 1, terms share a length of one."""
    columns = list(seen.signals)
    values = [1.0] * len(columns)
    if seen.terms:
        each = 1.0 / np.sqrt(len(seen.terms))
        columns += seen.terms
        values += [float(each)] * len(seen.terms)
    return columns, values


def fit(
    matrix: Any, truth: Array, weight: Array, l2: Array, bounds: list[tuple[float | None, float | None]]
) -> tuple[Array, float]:
    """Weights and bias of a logistic regression with its own ridge and bounds for every column."""
    columns = matrix.shape[1]
    transposed = matrix.T.tocsr()
    sign = 2 * truth - 1

    def loss(vector: Array) -> tuple[float, Array]:
        margin = sign * (matrix @ vector[:columns] + vector[columns])
        value = float(weight @ np.logaddexp(0, -margin)) + 0.5 * float(l2 @ (vector[:columns] ** 2))
        pull = -weight * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        slope = np.append(transposed @ pull + l2 * vector[:columns], pull.sum())
        return value, slope

    found = minimize(
        loss,
        np.zeros(columns + 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[*bounds, (None, None)],
        options={"maxiter": 400, "ftol": 1e-9, "gtol": 1e-6},
    )
    return found.x[:columns], float(found.x[columns])


def bounds(count: int) -> list[tuple[float | None, float | None]]:
    """Signs whose direction is known by what they mean may not be learned the other way round."""
    signs: list[tuple[float | None, float | None]] = []
    for code in SIGNALS:
        signs.append((0, None) if code in SIGNS_UP else (None, 0) if code in SIGNS_DOWN else (None, None))
    return signs + [(None, None)] * count


@dataclass
class Fitted:
    """Three linear models over one vocabulary, before calibration."""

    terms: list[str]
    weights: Array
    bias: Array


def fit_three(
    matrix: Any,
    examples: Sequence[Example],
    terms: list[str],
    settings: Settings,
    *,
    social_only: bool = False,
) -> Fitted:
    """Social against broadcast; converse against share; pitch against announce."""
    l2 = np.r_[np.full(len(SIGNALS), settings.signal_l2), np.full(len(terms), settings.term_l2)]
    weight = np.array([example.weight for example in examples])
    free: list[tuple[float | None, float | None]] = [(None, None)] * matrix.shape[1]
    rows: list[Array] = [np.zeros(matrix.shape[1])] * 3
    bias = np.zeros(3)
    for row, chosen, wanted, limits in (
        (SOCIAL, (Kind.CONVERSE, Kind.SHARE, Kind.ANNOUNCE, Kind.PITCH, None), None, bounds(len(terms))),
        (CONVERSE, (Kind.CONVERSE, Kind.SHARE), Kind.CONVERSE, free),
        (PITCH, (Kind.PITCH, Kind.ANNOUNCE), Kind.PITCH, free),
    ):
        if social_only and row != SOCIAL:
            continue
        mask = np.array([example.kind in chosen for example in examples])
        truth = np.array([float(e.social if wanted is None else e.kind == wanted) for e in examples])
        rows[row], bias[row] = fit(matrix[mask], truth[mask], weight[mask], l2, limits)
    return Fitted(terms, np.array(rows), bias)


def platt(logits: Array, truth: Array, weight: Array) -> tuple[float, float]:
    """Slope and shift that turn raw logits into honest ones (Platt 1999, without his smoothing)."""
    matrix = sparse.csr_matrix(logits.reshape(-1, 1))
    slope, shift = fit(matrix, truth, weight, np.array([1e-3]), [(0.05, None)])
    return float(slope[0]), shift


def fit_and_calibrate(examples: Sequence[Example], settings: Settings) -> tuple[Fitted, tuple[float, float]]:
    """The three models on all examples, and a calibration from folds that leave one labelled brand out."""
    held: list[Array] = []
    truth: list[float] = []
    weight: list[float] = []
    for brand in sorted({example.brand for example in examples if example.source in CALIBRATES}):
        train = [example for example in examples if example.brand != brand]
        test = [example for example in examples if example.brand == brand and example.source in CALIBRATES]
        fitted = _fit(train, settings, social_only=True)
        matrix = look(Lookout(fitted.terms), len(fitted.terms), test)
        held.append(matrix @ fitted.weights[SOCIAL] + fitted.bias[SOCIAL])
        truth += [float(example.social) for example in test]
        weight += [example.weight for example in test]
    calibration = platt(np.concatenate(held), np.array(truth), np.array(weight))
    return _fit(examples, settings), calibration


CALIBRATES = frozenset({"labelled", "own"})
"""Sources whose labels are ours or people's; only they say how sure the judge may be."""


def _fit(examples: Sequence[Example], settings: Settings, *, social_only: bool = False) -> Fitted:
    terms = vocabulary(examples, settings)
    return fit_three(
        look(Lookout(terms), len(terms), examples), examples, terms, settings, social_only=social_only
    )


def train(examples: Sequence[Example], settings: Settings | None = None) -> Model:
    """The judge of posts, ready to be stored; the same examples give the same model."""
    settings = settings or Settings()
    fitted, calibration = fit_and_calibrate(examples, settings)
    matrix = look(Lookout(), 0, examples)
    keep = np.zeros(len(SIGNALS))
    keep[list(LANGUAGE_FREE)] = 1.0
    blind = fit_three(matrix @ sparse.diags(keep), examples, [], settings)
    slope, shift = calibration
    weights = np.hstack([fitted.weights, blind.weights * keep])
    weights[SOCIAL] *= slope
    bias = np.stack([fitted.bias, blind.bias], axis=1)
    bias[SOCIAL] = bias[SOCIAL] * slope + shift
    model = Model("", tuple(fitted.terms), weights, bias, base_rates(examples))
    digest = hashlib.sha256(model.to_json().encode("ascii")).hexdigest()[:8]
    return Model(f"{GENERATION}-{digest}", model.terms, model.weights, model.bias, model.base)


GENERATION = "posts-1"


def base_rates(examples: Sequence[Example]) -> dict[str, float]:
    """Shares of the four kinds among people's own labels, told where there is too little to judge."""
    counts = Counter(example.kind for example in examples if example.source in CALIBRATES and example.kind)
    total = sum(counts.values())
    return {kind.value: round(counts[kind] / total, 4) if total else 0.25 for kind in Kind}
