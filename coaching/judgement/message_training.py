"""Fits the judge of messages on the messages written for this project. Needs SciPy (development)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from coaching.judgement.corpus import own_messages, template
from coaching.judgement.message_lexicon import EXPECTS
from coaching.judgement.messages import INDEX, INTENTS, LANGUAGE_FREE, SIGNALS, Ear, MessageModel
from coaching.judgement.model import Array
from coaching.judgement.tokens import cut

SIGNAL_L2, TERM_L2 = 0.3, 1.5
LEAST_USES = 2
GENERATION = "messages-1"


@dataclass(frozen=True, slots=True)
class Message:
    """A message with what its writer wants."""

    text: str
    intent: str
    wants_answer: bool
    sector: str = ""


def written(name: str = "messages.jsonl") -> list[Message]:
    """Our own messages, one of each template."""
    rows = [
        Message(row["text"], row["intent"], bool(row["wants_answer"]), row.get("sector", ""))
        for row in own_messages(name=name)
    ]
    return list({template(row.text) or row.text: row for row in rows}.values())


def vocabulary(messages: Sequence[Message]) -> list[str]:
    """Rows of up to three words used in several messages."""
    uses: Counter[str] = Counter()
    for message in messages:
        _, words = cut(message.text)
        rows = {
            " ".join(words[i : i + n])
            for n in (1, 2, 3)
            for i in range(len(words) - n + 1)
            if any(word.isalpha() for word in words[i : i + n])
        }
        uses.update(rows)
    kept = [row for row, count in uses.items() if count >= LEAST_USES]
    return sorted(kept, key=lambda row: (-uses[row], row))


def _matrix(ear: Ear, terms: int, messages: Sequence[Message]) -> Any:
    matrix = np.zeros((len(messages), len(SIGNALS) + terms))
    for row, message in enumerate(messages):
        seen, _, _ = ear.listen(message.text)
        matrix[row, list(seen.signals)] = 1.0
        if seen.terms:
            matrix[row, seen.terms] = len(seen.terms) ** -0.5
    return sparse.csr_matrix(matrix)


def _fit(
    matrix: Any, truth: Array, l2: Array, limits: list[tuple[float | None, float | None]]
) -> tuple[Array, Array]:
    """Weights (intents by columns) and bias of a multinomial logistic regression."""
    kinds, columns = len(INTENTS), matrix.shape[1]
    shares = np.eye(kinds)[truth]
    transposed = matrix.T.tocsr()

    def loss(vector: Array) -> tuple[float, Array]:
        weights = vector[: kinds * columns].reshape(kinds, columns)
        logits = matrix @ weights.T + vector[kinds * columns :]
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits)
        total = chances.sum(axis=1, keepdims=True)
        value = float((np.log(total[:, 0]) - (logits * shares).sum(axis=1)).sum())
        value += 0.5 * float((l2 * weights**2).sum())
        pull = chances / total - shares
        slope = np.concatenate([((transposed @ pull).T + l2 * weights).ravel(), pull.sum(axis=0)])
        return value, slope

    start = np.zeros(kinds * columns + kinds)
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[*limits, *[(None, None)] * kinds],
        options={"maxiter": 300},
    )
    return found.x[: kinds * columns].reshape(kinds, columns), found.x[kinds * columns :]


def _limits(terms: int) -> list[tuple[float | None, float | None]]:
    """A phrase that speaks for an intent may not be learned to speak against it."""
    limits: list[tuple[float | None, float | None]] = []
    for intent in INTENTS:
        limits += [(0.0, None) if EXPECTS.get(code) == intent else (None, None) for code in SIGNALS]
        limits += [(None, None)] * terms
    return limits


def train(messages: Sequence[Message]) -> MessageModel:
    """The judge of messages; the same messages give the same model."""
    terms = vocabulary(messages)
    truth = np.array([INTENTS.index(message.intent) for message in messages])
    matrix = _matrix(Ear(terms), len(terms), messages)
    l2 = np.r_[np.full(len(SIGNALS), SIGNAL_L2), np.full(len(terms), TERM_L2)]
    weights, bias = _fit(matrix, truth, l2, _limits(len(terms)))
    keep = np.zeros(len(SIGNALS))
    keep[list(LANGUAGE_FREE)] = 1.0
    blind, blind_bias = _fit(
        matrix[:, : len(SIGNALS)] @ sparse.diags(keep), truth, l2[: len(SIGNALS)], _limits(0)
    )
    both = np.hstack([weights, blind * keep])
    model = MessageModel("", tuple(terms), both, np.stack([bias, blind_bias], axis=1))
    digest = hashlib.sha256(to_json(model).encode("ascii")).hexdigest()[:8]
    return MessageModel(f"{GENERATION}-{digest}", model.terms, model.weights, model.bias)


def to_json(model: MessageModel) -> str:
    """The artefact's text, rounded so that the same training gives the same bytes."""
    foreign = len(SIGNALS) + len(model.terms)

    def column(number: int) -> list[float]:
        return [round(float(value), 3) + 0.0 for value in model.weights[:, number]]

    body = {
        "version": model.version,
        "bias": [[round(float(value), 3) for value in row] for row in model.bias],
        "signals": {code: column(INDEX[code]) for code in SIGNALS},
        "foreign": {code: column(foreign + INDEX[code]) for code in SIGNALS},
        "terms": {term: column(len(SIGNALS) + number) for number, term in enumerate(model.terms)},
    }
    return json.dumps(body, ensure_ascii=True, indent=0) + "\n"
