"""The judge's numbers: a vocabulary, three rows of weights and a calibration, read from one JSON file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from coaching.judgement.features import SIGNALS

SOCIAL, CONVERSE, PITCH = 0, 1, 2
"""Rows of weights: social against broadcast, converse against share, pitch against announce."""
FILE = Path(__file__).parent / "model" / "posts.json"

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Model:
    """A fitted judge of posts.

    `weights` has three rows and a column for every signal, then every term, then every signal again as
    it weighs where the language is not understood. `bias` is three rows by two: understood or not. The
    calibration is folded into the first row, so that row · features + bias is the logit of the score.
    `base` holds the shares of the four kinds, told where there is too little to judge.
    """

    version: str
    terms: tuple[str, ...]
    weights: Array
    bias: Array
    base: dict[str, float]

    @property
    def foreign(self) -> int:
        """The first column of a language that is not understood."""
        return len(SIGNALS) + len(self.terms)

    def to_json(self) -> str:
        """The artefact's text; numbers are rounded so that the same training gives the same bytes."""
        count, foreign = len(SIGNALS), self.foreign
        body = {
            "version": self.version,
            "base": self.base,
            "bias": [[round(float(value), 3) for value in row] for row in self.bias],
            "signals": {code: self._rounded(number) for number, code in enumerate(SIGNALS)},
            "foreign": {code: self._rounded(foreign + number) for number, code in enumerate(SIGNALS)},
            "terms": {term: self._rounded(count + number) for number, term in enumerate(self.terms)},
        }
        return json.dumps(body, ensure_ascii=True, indent=0) + "\n"

    def _rounded(self, column: int) -> list[float]:
        return [round(float(value), 3) + 0.0 for value in self.weights[:, column]]


def read(text: str) -> Model:
    """A model from the artefact's text. Signals the artefact does not know weigh nothing."""
    body: dict[str, Any] = json.loads(text)
    nothing = [0.0, 0.0, 0.0]
    columns = [body["signals"].get(code, nothing) for code in SIGNALS]
    columns.extend(body["terms"].values())
    columns.extend(body["foreign"].get(code, nothing) for code in SIGNALS)
    weights = np.ascontiguousarray(np.array(columns, dtype=np.float64).T)
    return Model(body["version"], tuple(body["terms"]), weights, np.array(body["bias"]), body["base"])


def load(path: Path = FILE) -> Model:
    """The model that is shipped."""
    return read(path.read_text(encoding="ascii"))


def stored_version(path: Path) -> str:
    """The version of an artefact, from its first lines: known without reading all of it."""
    with path.open(encoding="ascii") as file:
        head = file.readline() + file.readline()
    return str(json.loads(head.strip().rstrip(",") + "}")["version"])
