"""Fits the judge: which words count, and how much each sign and word weighs. Needs SciPy (development)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from coaching.judgement import lexicon
from coaching.judgement.corpus import Example
from coaching.judgement.features import LANGUAGE_FREE, SIGNALS, Lookout
from coaching.judgement.model import CONVERSE, PITCH, SOCIAL, Array, Model
from coaching.judgement.tokens import Cut, cut
from coaching.judgement.verdict import Kind


@dataclass(frozen=True)
class Settings:
    """How the fit is done; chosen by leave-one-brand-out, see the model card."""

    signal_l2: float = 0.5
    cautious_l2: float = 20.0
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
    "calls_by_name",
    "by_somebody",
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


CAUTIOUS = frozenset(
    "hashtag many_hashtags emoji media numbers quotes dates clock exclaims asks very_short short long "
    "very_long "
    "links no_link speaks_of_itself speaks_as_one asks_with_you shouts names_people teases headline "
    "smiles".split()
)
"""Signs that differ between sources more than between kinds of talk; they may weigh only a little."""

_BREAKS = frozenset({".", "!", "?", ":", "<br>", "<at>", "<url>", '"', "“", "..."})
_BRANDS = """
    citi citigroup citibank banamex nestle nestlé nestlé's nestle's danone danone's pfizer pfizer's pfe brk
    purina nesquik nespresso nescafe gerber smarties kitkat volvic evian actimel activia youtube google gmail
    android rockstar gta mojang minecraft apple iphone ipad adobe photoshop zoom ebay dropbox hulu yahoo
    playstation ps psn spotify wells fargo godaddy tmobile chase southwest amazon microsoft windows delta xbox
    spectrum uber nasa npr arsenal geographic natgeo sfo facebook twitter instagram
"""
"""Names that occur in the data; a vocabulary with them would know brands and not talk."""


class Workbook:
    """Examples as matrices: what is known of each, made once and used for every fold.

    `signals` has a row an example and a column a signal; `rows` a column for every row of up to three tokens
    that occurs often enough to be a term at all.
    """

    def __init__(self, examples: Sequence[Example], settings: Settings) -> None:
        self.examples = list(examples)
        self.settings = settings
        lookout = Lookout()
        self.signals = look(lookout, 0, self.examples)
        cuts = {example.text: cut(example.text) for example in self.examples}
        found = {
            text: sorted({row for n in (1, 2, 3) for row in _rows(pieces[1], n)})
            for text, pieces in cuts.items()
        }
        uses = Counter(row for rows in found.values() for row in rows)
        self.candidates = sorted(row for row, count in uses.items() if count >= settings.least_uses)
        number = {row: i for i, row in enumerate(self.candidates)}
        pointer, columns = [0], list[int]()
        for example in self.examples:
            columns.extend(number[row] for row in found[example.text] if row in number)
            pointer.append(len(columns))
        shape = (len(self.examples), len(self.candidates))
        self.rows = sparse.csr_matrix((np.ones(len(columns)), columns, pointer), shape=shape)
        self._texts = list(cuts)
        self._named = _names(cuts, self.examples)
        groups = ["own" if e.source == "own" else e.brand for e in self.examples]
        self.groups = np.array(groups)

    def terms(self, chosen: Array) -> list[int]:
        """Candidates used by two brands or in our own examples among the chosen, without names."""
        rows = self.rows[chosen]
        groups = self.groups[chosen]
        brands = sorted(set(groups))
        which = np.array([brands.index(group) for group in groups])
        by_brand = sparse.csr_matrix((np.ones(len(which)), (which, np.arange(len(which)))))
        spread = np.asarray((by_brand @ rows > 0).sum(axis=0)).ravel()
        allowed = spread >= 2
        if "own" in brands:
            allowed |= np.asarray((by_brand @ rows)[brands.index("own")].todense()).ravel() > 0
        uses = np.asarray(rows.sum(axis=0)).ravel()
        order = sorted(np.flatnonzero(allowed).tolist(), key=lambda i: (-uses[i], self.candidates[i]))
        kept = [i for i in order if not any(word in self._named for word in self.candidates[i].split(" "))]
        return sorted(kept[: self.settings.most_terms])

    def matrix(self, terms: Sequence[int]) -> Any:
        """Signals count 1; the terms of an example share a length of one."""
        part = self.rows[:, list(terms)]
        length = np.sqrt(np.maximum(1.0, np.asarray(part.sum(axis=1)).ravel()))
        return sparse.hstack([self.signals, sparse.diags(1.0 / length) @ part]).tocsr()


def named_words() -> frozenset[str]:
    """Brand names that never become a term."""
    return frozenset(_BRANDS.split())


def _names(cuts: Mapping[str, Cut], examples: Sequence[Example]) -> set[str]:
    """Words mostly written with a capital inside sentences, and the brands of the data."""
    capital: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for raws, words in cuts.values():
        for i, word in enumerate(words):
            if i and words[i - 1] not in _BREAKS:
                inside[word] += 1
                capital[word] += raws[i][0].isupper()
    names = {word for word, count in inside.items() if capital[word] > 0.5 * count}
    return names | named_words() | {e.brand.lower() for e in examples if e.source != "own"}


def _rows(words: Sequence[str], n: int) -> list[str]:
    found = []
    for i in range(len(words) - n + 1):
        part = words[i : i + n]
        if any(word.isalpha() or "'" in word for word in part) and all(len(word) < 25 for word in part):
            found.append(" ".join(part))
    return found


def look(lookout: Lookout, terms: int, examples: Sequence[Example]) -> Any:
    """A sparse matrix, one row an example, as the judge sees it."""
    pointer, columns, values = [0], list[int](), list[float]()
    for example in examples:
        seen = lookout.look(example.text, example.facts)
        columns.extend(seen.signals)
        values.extend([1.0] * len(seen.signals))
        columns.extend(seen.terms)
        values.extend([max(1, len(seen.terms)) ** -0.5] * len(seen.terms))
        pointer.append(len(columns))
    shape = (len(examples), len(SIGNALS) + terms)
    return sparse.csr_matrix((values, columns, pointer), shape=shape)


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
    numbers: list[int] = field(default_factory=list)
    """Which candidates of the workbook the terms are."""
    slope: float = 1.0
    shift: float = 0.0
    """The calibration that is folded into the first row."""


def fit_three(
    matrix: Any,
    examples: Sequence[Example],
    terms: list[str],
    settings: Settings,
    *,
    social_only: bool = False,
    numbers: list[int] | None = None,
) -> Fitted:
    """Social against broadcast; converse against share; pitch against announce."""
    careful = [settings.cautious_l2 if code in CAUTIOUS else settings.signal_l2 for code in SIGNALS]
    l2 = np.r_[careful, np.full(len(terms), settings.term_l2)]
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
    return Fitted(terms, np.array(rows), bias, numbers or [])


def platt(logits: Array, truth: Array, weight: Array) -> tuple[float, float]:
    """Slope and shift that turn raw logits into honest ones (Platt 1999, without his smoothing)."""
    matrix = sparse.csr_matrix(logits.reshape(-1, 1))
    slope, shift = fit(matrix, truth, weight, np.array([1e-3]), [(0.05, None)])
    return float(slope[0]), shift


CALIBRATES = frozenset({"labelled", "own"})
"""Sources whose labels are ours or people's; only they say how sure the judge may be."""


def fit_some(book: Workbook, chosen: Array, *, social_only: bool = False) -> Fitted:
    """The three models on some of the examples, with a vocabulary of their own."""
    numbers = book.terms(chosen)
    terms = [book.candidates[i] for i in numbers]
    examples = [book.examples[i] for i in chosen]
    matrix = book.matrix(numbers)[chosen]
    return fit_three(matrix, examples, terms, book.settings, social_only=social_only, numbers=numbers)


def held_out(book: Workbook, chosen: Array) -> tuple[Array, Array]:
    """Raw logits of the labelled and own among the chosen, each from a fit without its brand; and which."""
    brands = np.array([book.examples[i].brand for i in chosen])
    counts = np.array([book.examples[i].source in CALIBRATES for i in chosen])
    logits, which = [], []
    for group in _folds(sorted(set(brands[counts]))):
        out = np.isin(brands, group)
        fitted = fit_some(book, chosen[~out], social_only=True)
        test = chosen[out & counts]
        matrix = book.matrix(fitted.numbers)[test]
        logits.append(matrix @ fitted.weights[SOCIAL] + fitted.bias[SOCIAL])
        which.append(test)
    return np.concatenate(logits), np.concatenate(which)


def _folds(brands: Sequence[str]) -> list[list[str]]:
    """Labelled brands each on its own; our own sectors together in two."""
    own = [brand for brand in brands if brand.startswith("own ")]
    alone = [[brand] for brand in brands if not brand.startswith("own ")]
    return [*alone, *([own[::2], own[1::2]] if len(own) > 1 else [])]


def fit_and_calibrate(book: Workbook, chosen: Array) -> Fitted:
    """The three models on the chosen examples; the first calibrated on folds that leave brands out."""
    logits, which = held_out(book, chosen)
    examples = [book.examples[i] for i in which]
    weight = np.array([calibration_weight(example) for example in examples])
    truth = np.array([float(example.social) for example in examples])
    slope, shift = platt(logits, truth, weight)
    fitted = fit_some(book, chosen)
    fitted.weights[SOCIAL] *= slope
    fitted.bias[SOCIAL] = fitted.bias[SOCIAL] * slope + shift
    fitted.slope, fitted.shift = slope, shift
    return fitted


OWN_CALIBRATES = 0.12
"""What one of our own examples says about certainty against a labelled one: they were written to be clear."""


def calibration_weight(example: Example) -> float:
    """Own examples count less here."""
    return example.weight * (OWN_CALIBRATES if example.source == "own" else 1.0)


def train(examples: Sequence[Example], settings: Settings | None = None) -> Model:
    """The judge of posts, ready to be stored; the same examples give the same model."""
    book = Workbook(examples, settings or Settings())
    chosen = np.arange(len(examples))
    fitted = fit_and_calibrate(book, chosen)
    keep = np.zeros(len(SIGNALS))
    keep[list(LANGUAGE_FREE)] = 1.0
    blind = fit_three(book.signals @ sparse.diags(keep), examples, [], book.settings)
    blind.weights[SOCIAL] *= fitted.slope
    blind.bias[SOCIAL] = blind.bias[SOCIAL] * fitted.slope + fitted.shift
    weights = np.hstack([fitted.weights, blind.weights * keep])
    bias = np.stack([fitted.bias, blind.bias], axis=1)
    model = Model("", tuple(fitted.terms), weights, bias, base_rates(examples))
    digest = hashlib.sha256(model.to_json().encode("ascii")).hexdigest()[:8]
    return Model(f"{GENERATION}-{digest}", model.terms, model.weights, model.bias, model.base)


GENERATION = "posts-1"


def base_rates(examples: Sequence[Example]) -> dict[str, float]:
    """Shares of the four kinds among people's own labels, told where there is too little to judge."""
    counts = Counter(example.kind for example in examples if example.source in CALIBRATES and example.kind)
    total = sum(counts.values())
    return {kind.value: round(counts[kind] / total, 4) if total else 0.25 for kind in Kind}
